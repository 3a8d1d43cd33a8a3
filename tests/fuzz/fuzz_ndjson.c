/* A file of commands, one JSON object a line: see imported.h. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/imported.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    check_import(bytes_of(data, size), import_read_ndjson);
    return 0;
}
