#include "common/eventlog/proof_text.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>

#include "common/base/ensure.h"

enum { BASE64 = sodium_base64_VARIANT_ORIGINAL };

static void put_base64(FILE *out, struct bytes bytes) {
    size_t size = sodium_base64_encoded_len(bytes.size, BASE64);
    char *text = malloc(size);
    ensure(text != NULL);
    sodium_bin2base64(text, size, bytes.data, bytes.size, BASE64);
    fprintf(out, "%s\n", text);
    free(text);
}

static void put_path(FILE *out, const struct tree_proof *path) {
    for (unsigned i = 0; i < path->count; i++)
        put_base64(out, bytes_of(path->path[i], SHA256_SIZE));
}

void proof_text_record(FILE *out, uint64_t index, const struct tree_proof *path, struct bytes extra,
                       const char *note) {
    fputs("c2sp.org/tlog-proof@v1\n", out);
    if (extra.size) {
        fputs("extra ", out);
        put_base64(out, extra);
    }
    fprintf(out, "index %" PRIu64 "\n", index);
    put_path(out, path);
    fprintf(out, "\n%s", note);
}

void proof_text_growth(FILE *out, uint64_t old, const struct tree_proof *path, const char *head) {
    fprintf(out, "old %" PRIu64 "\n", old);
    put_path(out, path);
    fprintf(out, "\n%s", head);
}
