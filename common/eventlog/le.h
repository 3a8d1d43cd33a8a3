#ifndef COMMON_EVENTLOG_LE_H
#define COMMON_EVENTLOG_LE_H

/* Little-endian integers at any address, as FORMAT.md has them. */
#include <stdint.h>

static inline void le_put32(uint8_t *at, uint32_t value) {
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static inline void le_put64(uint8_t *at, uint64_t value) {
    for (unsigned i = 0; i < 8; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static inline uint32_t le_get32(const uint8_t *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t le_get64(const uint8_t *at) {
    return (uint64_t)le_get32(at) | (uint64_t)le_get32(at + 4) << 32;
}

#endif
