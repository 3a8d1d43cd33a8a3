/* What scan() accepts is canonical: its tokens written again are the same bytes. */
#include "common/base/ensure.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "tests/fuzz/fuzz.h"

static void write_token(struct pack_writer *w, const struct pack_token *t) {
    switch (t->kind) {
    case PACK_NIL:
        pack_nil(w);
        break;
    case PACK_BOOL:
        pack_bool(w, t->number != 0);
        break;
    case PACK_INT:
        pack_int(w, t->number);
        break;
    case PACK_TEXT:
        ensure(scan_text((struct text){t->data, t->size}));
        pack_text(w, (struct text){t->data, t->size});
        break;
    case PACK_BIN:
        pack_bin(w, bytes_of(t->data, t->size));
        break;
    case PACK_ARRAY:
        pack_array(w, (uint32_t)t->number);
        break;
    case PACK_MAP:
        pack_map(w, (uint32_t)t->number);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t out[SCAN_RECORD_BYTES];
    struct pack_writer w = {out, 0, sizeof out, false};
    struct pack_reader r = {data, data + size};
    if (scan(bytes_of(data, size), SCAN_RECORD_BYTES) != SCAN_OK)
        return 0;
    while (r.at < r.end) {
        struct pack_token t;
        ensure(pack_next(&r, &t) == 0);
        write_token(&w, &t);
    }
    ensure(!w.full && w.size == size && memcmp(out, data, size) == 0);
    return 0;
}
