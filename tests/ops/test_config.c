/* The settings: every key's bounds and forms, every mistake with its line, and what is printed can
 * be read again. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include <stdarg.h>
#include <setjmp.h>
#include "common/base/view.h"
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/service/config.h"

static char dir[32], file[64];

static int place_new(void **state) {
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/latconf.XXXXXX");
    assert_non_null(mkdtemp(dir));
    snprintf(file, sizeof file, "%s/latarnia.conf", dir);
    return 0;
}

static int place_free(void **state) {
    (void)state;
    unlink(file);
    rmdir(dir);
    return 0;
}

static void put(const char *text) {
    FILE *out = fopen(file, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

struct told {
    int count, line;
    enum config_fault fault;
    char en[CONFIG_TEXT_BYTES], pl[CONFIG_TEXT_BYTES];
};

/* Keeps the last one. */
static void tell(void *context, const struct config_problem *p) {
    struct told *t = context;
    t->count++;
    t->line = p->line;
    t->fault = p->fault;
    config_problem_text(p, false, t->en);
    config_problem_text(p, true, t->pl);
}

static int read_text(const char *text, struct config *c, struct told *t) {
    put(text);
    *t = (struct told){0};
    return config_read(c, dir, NULL, tell, t);
}

static void no_file_means_defaults(void **state) {
    struct told t = {0};
    struct config c;
    (void)state;
    assert_int_equal(config_read(&c, dir, NULL, tell, &t), 0);
    assert_string_equal(c.path, "");
    for (int i = 0; i < CONFIG_KEYS; i++) {
        assert_int_equal(c.values[i], config_entries[i].fallback);
        assert_int_equal(c.lines[i], 0);
    }
    assert_int_equal(config_read(&c, dir, "/no/such/file", tell, &t), -ENOENT);
    assert_int_equal(t.count, 0);
}

static void values_and_their_lines(void **state) {
    struct told t;
    struct config c;
    (void)state;
    assert_int_equal(read_text("# ours\n[log]\nmap_size = 2G\n\nfull_percent=91\n"
                               "head_interval = 250ms ; short\n[up]\nrestarts: 7\n"
                               "stop_patience = 3s\n[messages]\nlevel = error\n",
                               &c, &t),
                     0);
    assert_int_equal(c.values[CONFIG_log_map_size], 2LL << 30);
    assert_int_equal(c.lines[CONFIG_log_map_size], 3);
    assert_int_equal(c.values[CONFIG_log_full_percent], 91);
    assert_int_equal(c.values[CONFIG_log_head_interval], 250);
    assert_int_equal(c.lines[CONFIG_log_head_interval], 6);
    assert_int_equal(c.values[CONFIG_up_restarts], 7);
    assert_int_equal(c.values[CONFIG_up_stop_patience], 3000);
    assert_int_equal(c.values[CONFIG_messages_level], DIAG_ERROR);
    assert_int_equal(c.values[CONFIG_log_segment_size], 64 << 20);
    assert_string_equal(c.path, file);
}

static void mistakes_have_a_line_and_a_remedy(void **state) {
    static const struct {
        const char *text;
        int line;
        enum config_fault fault;
        const char *en;
    } rows[] = {
        {"[log]\nmap_sise = 2G\n", 2, CONFIG_KEY, "map_size, segment_size"},
        {"[lgo]\nmap_size = 2G\n", 2, CONFIG_SECTION, "log, up, messages"},
        {"map_size = 2G\n", 1, CONFIG_SECTION, "log, up, messages"},
        {"[up]\nmap_size = 2G\n", 2, CONFIG_KEY, "restart_first"},
        {"[log]\n\nfull_percent = 96\n", 3, CONFIG_VALUE, "from 10 to 95"},
        {"[log]\nfull_percent = 9\n", 2, CONFIG_VALUE, "from 10 to 95"},
        {"[log]\nfull_percent = -80\n", 2, CONFIG_VALUE, "a number"},
        {"[log]\nfull_percent = 80%\n", 2, CONFIG_VALUE, "a number"},
        {"[log]\nfull_percent =\n", 2, CONFIG_VALUE, "a number"},
        {"[log]\nmap_size = 2GB\n", 2, CONFIG_VALUE, "64M or 2G"},
        {"[log]\nmap_size = 17T\n", 2, CONFIG_VALUE, "from 1M to 16T"},
        {"[log]\nmap_size = 99999999999999999999\n", 2, CONFIG_VALUE, "16T"},
        {"[log]\nmap_size = 999999999999999T\n", 2, CONFIG_VALUE, "16T"},
        {"[log]\nhead_interval = 1\n", 2, CONFIG_VALUE, "100ms or 10s"},
        {"[log]\nhead_interval = 99ms\n", 2, CONFIG_VALUE, "from 100ms to 60s"},
        {"[messages]\nlevel = loud\n", 2, CONFIG_VALUE, "error, warning, notice, debug"},
        {"[messages]\nlevel = Error\n", 2, CONFIG_VALUE, "error, warning"},
        {"[log]\nfull_percent = 80\nfull_percent = 81\n", 3, CONFIG_TWICE, "line 2"},
        {"[log]\nfull_percent = 80\n  81\n", 3, CONFIG_TWICE, "line 2"},
        {"[log\n", 1, CONFIG_SYNTAX, "[section]"},
        {"[log]\nfull_percent\n", 2, CONFIG_SYNTAX, "key = value"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct told t;
        struct config c;
        char place[80];
        int r = read_text(rows[i].text, &c, &t);
        snprintf(place, sizeof place, "%s:%d: ", file, rows[i].line);
        if (r != CONFIG_WRONG || t.line != rows[i].line || t.fault != rows[i].fault ||
            !strstr(t.en, rows[i].en) || strncmp(t.en, place, strlen(place)) != 0 ||
            strncmp(t.pl, place, strlen(place)) != 0 || strcmp(t.en, t.pl) == 0)
            fail_msg("row %zu: %d, line %d, fault %d, %s / %s", i, r, t.line, (int)t.fault, t.en,
                     t.pl);
        for (int key = 0; key < CONFIG_KEYS; key++)
            assert_int_equal(c.values[key], config_entries[key].fallback);
    }
}

static void all_mistakes_are_told(void **state) {
    struct told t;
    struct config c;
    (void)state;
    assert_int_equal(read_text("[log]\nfull_percent = 1\nx = 1\n[y]\nz = 1\n", &c, &t),
                     CONFIG_WRONG);
    assert_int_equal(t.count, 3);
}

/* One that the library would silently take for two. */
static void a_line_that_is_too_long_is_a_mistake(void **state) {
    struct told t;
    struct config c;
    char text[4000] = "[log]\n#";
    (void)state;
    memset(text + 7, 'x', 3900);
    snprintf(text + 3907, 40, "\n[log]\nfull_percent = 70\n");
    assert_int_equal(read_text(text, &c, &t), CONFIG_WRONG);
    assert_int_equal(t.line, 2);
    assert_int_equal(t.fault, CONFIG_SYNTAX);
}

/* Both bounds of every key are in, one step beyond is out, and what is printed reads the same. */
static void bounds_of_every_key(void **state) {
    (void)state;
    for (int i = 0; i < CONFIG_KEYS; i++) {
        const struct config_entry *e = &config_entries[i];
        const int64_t values[] = {e->least, e->most, e->fallback};
        assert_true(e->least <= e->fallback && e->fallback <= e->most);
        assert_true(*e->en && *e->pl && strcmp(e->en, e->pl) != 0);
        for (size_t k = 0; k < 3; k++) {
            char value[CONFIG_VALUE_BYTES], text[200];
            struct told t;
            struct config c;
            config_value_text(e, values[k], value);
            snprintf(text, sizeof text, "[%s]\n%s = %s\n", e->section, e->name, value);
            assert_int_equal(read_text(text, &c, &t), 0);
            assert_int_equal(c.values[i], values[k]);
            assert_int_equal(c.lines[i], 2);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_file_means_defaults, place_new, place_free),
        cmocka_unit_test_setup_teardown(values_and_their_lines, place_new, place_free),
        cmocka_unit_test_setup_teardown(mistakes_have_a_line_and_a_remedy, place_new, place_free),
        cmocka_unit_test_setup_teardown(all_mistakes_are_told, place_new, place_free),
        cmocka_unit_test_setup_teardown(a_line_that_is_too_long_is_a_mistake, place_new,
                                        place_free),
        cmocka_unit_test_setup_teardown(bounds_of_every_key, place_new, place_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
