#ifndef TESTS_HARNESS_RNG_H
#define TESTS_HARNESS_RNG_H

/*
 * Repeatable randomness for tests: xoshiro256** started by splitmix64, so that a failure is a seed
 * and a commit. The sequence of a seed never changes; not for keys or ids of the product.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t state[4];
};

/* One step of splitmix64; also good for deriving the seeds of independent generators. */
static inline uint64_t rng_split(uint64_t *seed) {
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline void rng_init(struct rng *rng, uint64_t seed) {
    for (int i = 0; i < 4; i++)
        rng->state[i] = rng_split(&seed);
}

static inline uint64_t rng_rotate(uint64_t value, unsigned bits) {
    return value << bits | value >> (64 - bits);
}

static inline uint64_t rng_next(struct rng *rng) {
    uint64_t *s = rng->state, result = rng_rotate(s[1] * 5, 7) * 9, shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rng_rotate(s[3], 45);
    return result;
}

/* 0 .. limit - 1, each equally likely; 0 when the limit is 0. */
static inline uint64_t rng_below(struct rng *rng, uint64_t limit) {
    if (limit == 0)
        return 0;
    uint64_t value, biased = (0 - limit) % limit;
    do
        value = rng_next(rng);
    while (value < biased);
    return value % limit;
}

/* first .. last, both included; first <= last. */
static inline int64_t rng_between(struct rng *rng, int64_t first, int64_t last) {
    uint64_t span = (uint64_t)last - (uint64_t)first;
    uint64_t step = span == UINT64_MAX ? rng_next(rng) : rng_below(rng, span + 1);
    return (int64_t)((uint64_t)first + step);
}

/* True in `permille` of 1000 calls. */
static inline bool rng_chance(struct rng *rng, unsigned permille) {
    return rng_below(rng, 1000) < permille;
}

static inline void rng_fill(struct rng *rng, void *out, size_t size) {
    uint8_t *bytes = out;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(rng_next(rng) >> 56);
}

#endif
