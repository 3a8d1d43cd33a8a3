#include "common/eventlog/sha256.h"

#include "common/base/ensure.h"

#include <openssl/evp.h>

void sha256_init(struct sha256 *h) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    ensure(context != NULL);
    ensure(EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1);
    h->context = context;
}

void sha256_deinit(struct sha256 *h) {
    EVP_MD_CTX_free(h->context);
    h->context = NULL;
}

/* Without a type OpenSSL keeps the algorithm it has and skips the costly look-up. */
void sha256_begin(struct sha256 *h) {
    ensure(EVP_DigestInit_ex(h->context, NULL, NULL) == 1);
}

void sha256_add(struct sha256 *h, const void *data, size_t size) {
    ensure(EVP_DigestUpdate(h->context, data, size) == 1);
}

void sha256_end(struct sha256 *h, uint8_t out[SHA256_SIZE]) {
    unsigned size = 0;
    ensure(EVP_DigestFinal_ex(h->context, out, &size) == 1);
    ensure(size == SHA256_SIZE);
}
