/*
 * Registers as RFC 4180 tables: comma, quotes where needed, one header row, UTF-8. The first column's
 * name tells which register it is.
 */
#include <stdlib.h>
#include <string.h>

#include "common/codec/scan.h"
#include "tools/latarnia/commands.h"
#include "tools/latarnia/import.h"

enum { CSV_RECORD_MAX = 64 * 1024 };

struct reader {
    FILE *in;
    char text[CSV_RECORD_MAX];
    size_t size;
    const char *fields[CSV_COLUMNS_MAX];
    size_t count;
};

enum { CSV_END = 1, CSV_BROKEN };

static int put(struct reader *r, int c) {
    if (r->size == sizeof r->text - 1)
        return CSV_BROKEN;
    r->text[r->size++] = (char)c;
    return 0;
}

/* The field behind an opening quote; a doubled quote is a quote. */
static int quoted(struct reader *r) {
    for (int c; (c = getc(r->in)) != EOF;) {
        if (c == '"') {
            int next = getc(r->in);
            if (next != '"') {
                ungetc(next, r->in);
                return 0;
            }
        }
        if (put(r, c))
            return CSV_BROKEN;
    }
    return CSV_BROKEN;
}

/* One field; `last` says that the record ends behind it. */
static int field(struct reader *r, bool *last) {
    size_t start = r->size;
    int c = getc(r->in), bad = 0;
    if (r->count == CSV_COLUMNS_MAX)
        return CSV_BROKEN;
    if (c == '"') {
        bad = quoted(r);
        c = getc(r->in);
    } else {
        while (!bad && c != ',' && c != '\n' && c != '\r' && c != EOF) {
            bad = put(r, c);
            c = getc(r->in);
        }
    }
    if (c == '\r')
        c = getc(r->in);
    if (bad || (c != ',' && c != '\n' && c != EOF) || put(r, 0))
        return CSV_BROKEN;
    *last = c != ',';
    r->fields[r->count++] = r->text + start;
    return 0;
}

static int next_record(struct reader *r) {
    bool last = false;
    int c = getc(r->in);
    if (c == EOF)
        return CSV_END;
    ungetc(c, r->in);
    r->size = r->count = 0;
    while (!last) {
        int bad = field(r, &last);
        if (bad)
            return bad;
    }
    return 0;
}

const char *csv_value(const struct csv_record *record, const char *column) {
    for (size_t i = 0; i < record->columns; i++)
        if (!strcmp(record->names[i], column))
            return record->values[i];
    return "";
}

/* A zero byte of the file would hide what stands behind it: only the fields' own ends may be there. */
static bool is_text(const struct reader *r) {
    size_t zeros = 0;
    for (size_t i = 0; i < r->size; i++)
        zeros += r->text[i] == 0;
    for (size_t i = 0; i < r->count; i++)
        if (!scan_text((struct text){r->fields[i], strlen(r->fields[i])}))
            return false;
    return zeros == r->count;
}

static void take_record(struct import *im, struct csv_record *record, const struct reader *r,
                        import_register_fn *take) {
    if (r->count != record->columns) {
        import_report(im, record->file, record->number, NULL, "MALFORMED",
                      cli_say("another number of columns than the header",
                              "inna liczba kolumn niż w nagłówku"));
        return;
    }
    if (!is_text(r)) {
        import_report(im, record->file, record->number, NULL, "MALFORMED",
                      cli_say("not UTF-8 text", "to nie jest tekst UTF-8"));
        return;
    }
    memcpy(record->values, r->fields, sizeof record->values);
    take(im, record);
}

static int read_rows(struct import *im, struct reader *header, struct reader *row,
                     const char *path) {
    struct csv_record record = {.file = path, .number = 1};
    import_register_fn *take = NULL;
    if (next_record(header) == 0 && is_text(header))
        take = import_register(header->fields[0]);
    if (!take)
        return cli_fail(CLI_USAGE, "%s: no register has this header",
                        "%s: żaden rejestr nie ma takiego nagłówka", path);
    record.columns = header->count;
    memcpy(record.names, header->fields, sizeof record.names);
    for (int bad; (bad = next_record(row)) != CSV_END;) {
        record.number++;
        if (bad) {
            import_report(im, path, record.number, NULL, "MALFORMED",
                          cli_say("broken quotes or too long; nothing behind it was read",
                                  "błędne cudzysłowy lub za długi; dalej nie czytano"));
            return 0;
        }
        take_record(im, &record, row, take);
    }
    return 0;
}

int import_read_csv(struct import *im, const char *path, FILE *in) {
    struct reader *header = calloc(1, sizeof *header), *row = calloc(1, sizeof *row);
    int r = CLI_LATER;
    if (header && row) {
        header->in = row->in = in;
        r = read_rows(im, header, row, path);
    }
    free(header);
    free(row);
    return r;
}
