#ifndef COMMON_EVENTLOG_SHA256_H
#define COMMON_EVENTLOG_SHA256_H

/*
 * SHA-256 with one reused context: making a context per hash costs three times the hash of a
 * typical record. One hasher belongs to one thread. A failure of the library ends the process,
 * since a log without hashes must not go on.
 */
#include "common/base/view.h"

enum { SHA256_SIZE = 32 };

struct sha256 {
    void *context; /* EVP_MD_CTX, hidden so that only sha256.c includes OpenSSL */
};

void sha256_init(struct sha256 *h);
void sha256_deinit(struct sha256 *h);

void sha256_begin(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *data, size_t size);
void sha256_end(struct sha256 *h, uint8_t out[SHA256_SIZE]);

#endif
