#define _GNU_SOURCE /* memfd_create */
#include "tests/fuzz/imported.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/messages/registry.h"

enum { REPORT_BYTES = 8 << 20, FILE_BYTES = 16 << 10 };

/* Standard output becomes a file in memory: what is reported is read back. */
static int reports(void) {
    static int fd = -1;
    if (fd >= 0)
        return fd;
    fd = memfd_create("reports", MFD_CLOEXEC);
    ensure(fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0);
    return fd;
}

static int read_file(struct import *im, struct bytes file, import_reader *read) {
    FILE *in = fmemopen((void *)(uintptr_t)file.data, file.size, "r");
    ensure(in != NULL);
    *im = (struct import){.json = true};
    int r = read(im, "file", in);
    fclose(in);
    return r;
}

/* An id that the row does not give is made anew each time. */
static size_t encode(const struct Command *c, bool with_id, uint8_t *out) {
    struct pack_writer w = {out, 0, SCAN_RECORD_BYTES, false};
    struct Command copy = *c;
    if (!with_id)
        memset(&copy.id, 1, sizeof copy.id);
    ensure(!codec_encode(Command_schema(), &copy, &w).result);
    return w.size;
}

static void payload_fits(const struct Command *c) {
    static uint8_t memory[1 << 20];
    const struct schema *schema = registry_by_type((uint16_t)c->type);
    struct arena arena;
    arena_init(&arena, memory, sizeof memory);
    ensure(schema && schema->about->nature != NATURE_NONE);
    void *payload = arena_get(&arena, schema->size);
    ensure(payload && !codec_decode(schema, c->payload, &arena, payload).result);
}

static bool is_version_7(struct id id) {
    return id.bytes[6] >> 4 == 7;
}

static void is_same_row(const struct import_row *a, const struct import_row *b) {
    static uint8_t first[SCAN_RECORD_BYTES], second[SCAN_RECORD_BYTES];
    bool with_id = !is_version_7(a->command->id);
    size_t size = encode(a->command, with_id, first);
    ensure(a->number == b->number && a->known_at_us == b->known_at_us);
    ensure(encode(b->command, with_id, second) == size && memcmp(first, second, size) == 0);
    payload_fits(a->command);
}

/* As many whole JSON lines as rows were rejected. */
static void reports_are(size_t rejected) {
    static char text[REPORT_BYTES];
    fflush(stdout);
    ssize_t size = pread(reports(), text, sizeof text - 1, 0);
    ensure(size >= 0 && (size_t)size < sizeof text - 1);
    text[size] = 0;
    for (char *line = text, *end; *line; line = end + 1, rejected--) {
        end = strchr(line, '\n');
        ensure(end != NULL && rejected > 0);
        json_t *object = json_loadb(line, (size_t)(end - line), 0, NULL);
        ensure(json_is_object(object));
        json_decref(object);
    }
    ensure(rejected == 0);
}

static void forget_reports(void) {
    int fd = reports();
    fflush(stdout);
    ensure(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0);
}

bool check_import(struct bytes file, import_reader *read) {
    struct import first, second;
    if (file.size == 0 || file.size > FILE_BYTES)
        return false;
    forget_reports();
    int r = read_file(&first, file, read);
    reports_are(first.rejected);
    ensure(read_file(&second, file, read) == r);
    ensure(first.count == second.count && first.rejected == second.rejected);
    for (size_t i = 0; i < first.count; i++)
        is_same_row(&first.rows[i], &second.rows[i]);
    bool is_whole = r == 0 && first.rejected == 0;
    import_free(&first);
    import_free(&second);
    return is_whole;
}
