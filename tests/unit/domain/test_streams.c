/* The slots of one daemon: found by key, put back after a batch that came to nothing. */
#include "common/domain/streams.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

enum { MANY = 5000 };

static const struct aggregate first = {.category = 5, .name = "first", .state_size = 24},
                              second = {.category = 6, .name = "second", .state_size = 40};
static const struct copy copy = {.number = 5, .name = "copy", .size = 8};

static struct id id_of(unsigned number) {
    return (struct id){{(uint8_t)number, (uint8_t)(number >> 8)}};
}

static void found_by_kind_and_id(void **state) {
    struct streams *s = streams_new();
    (void)state;
    assert_null(streams_find(s, &first, NULL, id_of(1)));
    struct slot *a = streams_get(s, &first, NULL, id_of(1));
    struct slot *b = streams_get(s, &second, NULL, id_of(1));
    struct slot *c = streams_get(s, NULL, &copy, id_of(1)); /* the same number as a category */
    assert_true(a != b && a != c && b != c);
    assert_ptr_equal(streams_find(s, &first, NULL, id_of(1)), a);
    assert_ptr_equal(streams_find(s, &second, NULL, id_of(1)), b);
    assert_ptr_equal(streams_find(s, NULL, &copy, id_of(1)), c);
    assert_null(streams_find(s, &first, NULL, id_of(2)));
    assert_int_equal(streams_count(s), 3);
    assert_int_equal(a->key.category, 5);
    assert_int_equal(c->key.category, 0);
    streams_free(s);
}

static void many_keep_their_place(void **state) {
    static struct slot *slots[MANY];
    struct streams *s = streams_new();
    (void)state;
    for (unsigned i = 0; i < MANY; i++) {
        slots[i] = streams_get(s, &first, NULL, id_of(i));
        *(unsigned *)slots[i]->state = i;
    }
    for (unsigned i = 0; i < MANY; i++) {
        assert_ptr_equal(streams_find(s, &first, NULL, id_of(i)), slots[i]);
        assert_ptr_equal(streams_at(s, i), slots[i]); /* in order of creation */
        assert_int_equal(*(unsigned *)slots[i]->state, i);
    }
    assert_null(streams_find(s, &first, NULL, id_of(MANY)));
    streams_free(s);
}

static void what_ran_ahead_is_put_back(void **state) {
    struct streams *s = streams_new();
    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 200; i++) {
            struct slot *slot = streams_get(s, &second, NULL, id_of(i));
            memset(slot->state, (int)i, slot->size);
            if (i % 2)
                continue;
            streams_save(s, slot);
            memset(slot->state, 0xee, slot->size);
            streams_save(s, slot); /* only the first counts */
            memset(slot->state, 0xdd, slot->size);
            assert_true(slot->is_saved);
        }
        streams_restore(s);
        for (unsigned i = 0; i < 200; i++) {
            struct slot *slot = streams_find(s, &second, NULL, id_of(i));
            assert_false(slot->is_saved);
            for (size_t k = 0; k < slot->size; k++)
                assert_int_equal(((const uint8_t *)slot->state)[k], i);
        }
    }
    streams_save(s, streams_at(s, 0)); /* and freed though nobody put it back */
    streams_free(s);
}

static void feeders_stand_once(void **state) {
    struct streams *s = streams_new();
    struct slot *slot = streams_get(s, NULL, &copy, id_of(1));
    (void)state;
    for (int round = 0; round < 2; round++)
        for (unsigned i = 0; i < 9; i++) {
            streams_note_feeder(slot, (struct stream){5, id_of(i)});
            streams_note_feeder(slot, (struct stream){6, id_of(i)});
        }
    assert_int_equal(slot->feeder_count, 18);
    streams_free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_by_kind_and_id),
        cmocka_unit_test(many_keep_their_place),
        cmocka_unit_test(what_ran_ahead_is_put_back),
        cmocka_unit_test(feeders_stand_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
