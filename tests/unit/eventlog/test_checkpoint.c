/* Notes in the published form: what is signed verifies, what is changed in any byte does not. */
#include "tests/unit/eventlog/fixture.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>

/* The example key of the Go implementation of signed notes (golang.org/x/mod/sumdb/note). */
static const char published_verifier[] =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char published_signer[] =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n";

static struct checkpoint example(void) {
    struct checkpoint c = {.origin = "example.org/latarnia", .size = 20852163};
    memset(c.root, 0x5a, sizeof c.root);
    return c;
}

static void published_key(void **state) {
    struct place *p = *state;
    struct note_key key, public;
    char text[NOTE_TEXT_MAX];
    FILE *file;
    char path[128];
    snprintf(path, sizeof path, "%s/key", p->path);
    file = fopen(path, "w");
    fputs(published_signer, file);
    fclose(file);
    assert_int_equal(note_key_load(p->fd, "key", &key), 0);
    note_key_format(&key, text);
    assert_string_equal(text, published_verifier);
    assert_int_equal(note_key_parse(published_verifier, &public), 0);
    assert_memory_equal(public.public_key, key.public_key, 32);
    assert_false(public.can_sign);
}

static void made_key(void **state) {
    struct place *p = *state;
    struct note_key key, again;
    struct stat st;
    assert_int_equal(note_key_create(p->fd, "key", "log.example", &key), 0);
    assert_int_equal(fstatat(p->fd, "key", &st, 0), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(note_key_load(p->fd, "key", &again), 0);
    assert_memory_equal(&key, &again, sizeof key);
    assert_int_equal(note_key_create(p->fd, "key", "log.example", &again), -EEXIST);
    assert_int_equal(note_key_load(p->fd, "other", &again), -ENOENT);
}

static void bad_keys(void **state) {
    static const char *const rows[] = {
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumanN+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20zz+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    };
    struct place *p = *state;
    struct note_key key;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (note_key_parse(rows[i], &key) != NOTE_BROKEN)
            fail_msg("row %zu: %s", i, rows[i]);
    assert_int_equal(note_key_create(p->fd, "k", "has space", &key), NOTE_BROKEN);
    assert_int_equal(note_key_create(p->fd, "k", "has+plus", &key), NOTE_BROKEN);
    assert_int_equal(note_key_create(p->fd, "k", "", &key), NOTE_BROKEN);
}

static void signed_head(void **state) {
    struct place *p = *state;
    struct note_key key, other;
    struct checkpoint c = example(), got = {.size = 0};
    char note[CHECKPOINT_TEXT_MAX], changed[CHECKPOINT_TEXT_MAX];
    assert_int_equal(note_key_create(p->fd, "key", "log.example", &key), 0);
    assert_int_equal(note_key_create(p->fd, "other", "log.example", &other), 0);
    assert_int_equal(checkpoint_sign(&c, &key, note), 0);
    assert_int_equal(strncmp(note, "example.org/latarnia\n20852163\nWlpa", 34), 0);
    assert_non_null(strstr(note, "\n\n\xe2\x80\x94 log.example "));
    assert_int_equal(checkpoint_verify(text_of(note), &key, &got), 0);
    assert_memory_equal(&got, &c, sizeof c);
    assert_int_equal(checkpoint_verify(text_of(note), &other, &got), CHECKPOINT_UNSIGNED);
    assert_int_equal(checkpoint_parse(text_of(note), &got), 0);
    for (size_t i = 0; i < strlen(note); i++) {
        memcpy(changed, note, sizeof note);
        changed[i] ^= 1;
        if (checkpoint_verify((struct text){changed, strlen(note)}, &key, &got) == 0)
            fail_msg("byte %zu", i);
        if (checkpoint_verify((struct text){note, i}, &key, &got) == 0)
            fail_msg("cut at %zu", i);
    }
}

static void many_signatures(void **state) {
    struct place *p = *state;
    struct note_key key, other;
    struct checkpoint c = example(), got;
    char note[CHECKPOINT_TEXT_MAX], more[CHECKPOINT_TEXT_MAX];
    assert_int_equal(note_key_create(p->fd, "key", "log.example", &key), 0);
    assert_int_equal(note_key_create(p->fd, "other", "witness.example", &other), 0);
    assert_int_equal(checkpoint_sign(&c, &key, note), 0);
    assert_int_equal(checkpoint_sign(&c, &other, more), 0);
    memcpy(note + strlen(note), strstr(more, "\n\n") + 2, strlen(strstr(more, "\n\n") + 2) + 1);
    assert_int_equal(checkpoint_verify(text_of(note), &key, &got), 0);
    assert_int_equal(checkpoint_verify(text_of(note), &other, &got), 0);
}

static void broken_forms(void **state) {
    static const char *const rows[] = {
        "",
        "\n\n",
        "o\n1\n\n",
        "o\n1\nAAAA\n\n",
        "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
        "o\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
        "o\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
        "o\n\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
        "o\n99999999999999999999\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n1\nWlpaWlpa\xa8lpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo=\n\n", /* no digit of base64 */
        "o\tx\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
    };
    struct checkpoint got;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (checkpoint_parse(text_of(rows[i]), &got) != CHECKPOINT_BROKEN)
            fail_msg("row %zu", i);
    static const char hidden[] = "o\0x\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n";
    struct text whole = {hidden, sizeof hidden - 1};
    assert_int_equal(checkpoint_parse(whole, &got), CHECKPOINT_BROKEN);
    const char *least = "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n";
    assert_int_equal(checkpoint_parse(text_of(least), &got), 0);
}

static void the_file(void **state) {
    struct place *p = *state;
    char buffer[CHECKPOINT_TEXT_MAX];
    struct text note;
    assert_int_equal(checkpoint_get(p->fd, buffer, &note), CHECKPOINT_NONE);
    assert_int_equal(checkpoint_put(p->fd, "first\n"), 0);
    assert_int_equal(checkpoint_put(p->fd, "second\n"), 0);
    assert_int_equal(checkpoint_get(p->fd, buffer, &note), 0);
    assert_true(text_is(note, "second\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(published_key, place_new, place_free),
        cmocka_unit_test_setup_teardown(made_key, place_new, place_free),
        cmocka_unit_test_setup_teardown(bad_keys, place_new, place_free),
        cmocka_unit_test_setup_teardown(signed_head, place_new, place_free),
        cmocka_unit_test_setup_teardown(many_signatures, place_new, place_free),
        cmocka_unit_test(broken_forms),
        cmocka_unit_test_setup_teardown(the_file, place_new, place_free),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
