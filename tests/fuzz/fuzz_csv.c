/* A register as a table: see imported.h; and a zero byte never cuts a cell short unnoticed. */
#include "common/base/ensure.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/imported.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bool is_whole = check_import(bytes_of(data, size), import_read_csv);
    ensure(!is_whole || !memchr(data, 0, size));
    return 0;
}
