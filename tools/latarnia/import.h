#ifndef TOOLS_LATARNIA_IMPORT_H
#define TOOLS_LATARNIA_IMPORT_H

/*
 * latarnia import: registers (CSV) and command files (NDJSON) as ordinary commands. A row's command
 * id follows from the file's kind and the row's key, so that the same file sent twice changes
 * nothing; what was interrupted goes on when the same files are sent again.
 *
 * On a log that is open for migration the rows of all files are told in the order of the days on
 * which they became known, with a barrier before each day (DESIGN.md 6).
 */
#include <jansson.h>

#include "common/messages/bus.h"

struct import_row {
    const char *file;
    size_t number; /* row of the file, counted from 1 with the header */
    int64_t known_at_us;
    size_t order; /* as read */
    const struct Command *command;
    struct id entry_of; /* the command whose entry this one corrects or voids; zero: none */
    int64_t position;   /* of its first event, once it is accepted */
};

struct import_chunk;

struct import {
    struct import_row *rows;
    size_t count, capacity;
    struct import_chunk *chunks; /* memory of the commands */
    size_t rejected;
    bool json;
};

/* ---- rows (import_rows.c) ---- */

/* Takes a command in its JSON form (README.md "A command in JSON"). What is malformed is reported
 * and counted; the import goes on. */
void import_add(struct import *im, const char *file, size_t number, json_t *command);
void import_sort(struct import *im);
void import_free(struct import *im);

/* "buildings.csv, row 17, column area: sentence [CODE]" or one JSON object. */
void import_report(struct import *im, const char *file, size_t number, const char *column,
                   const char *code, const char *sentence);

/* ---- corrections (import_entry.c) ---- */

struct id import_entry_of(json_t *command);
/* Puts the position of the mistaken entry into the command; what it borrows lives until the next
 * call. False when that entry was not accepted. */
bool import_resolve(const struct import *im, size_t index, struct Command *c);

/* ---- files ---- */

/* 0, or CLI_USAGE after a sentence: cannot be read, or no kind that is known. */
int import_read(struct import *im, const char *path);
int import_read_ndjson(struct import *im, const char *path, FILE *in);
int import_read_csv(struct import *im, const char *path, FILE *in);

/* One record of a register as the commands it stands for (import_registers.c). */
enum { CSV_COLUMNS_MAX = 40 };
struct csv_record {
    const char *file;
    size_t number;
    size_t columns;
    const char *names[CSV_COLUMNS_MAX];  /* of the header */
    const char *values[CSV_COLUMNS_MAX]; /* empty: unknown */
};
typedef void import_register_fn(struct import *im, const struct csv_record *record);
/* By the name of the first column; NULL when there is no such register. */
import_register_fn *import_register(const char *first_column);
const char *csv_value(const struct csv_record *record, const char *column);

/* ---- sending (import_send.c) ---- */

/* Sends all rows; 0 or an exit code. */
int import_send(struct import *im, bool close_migration);

#endif
