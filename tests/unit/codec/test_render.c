/*
 * JSON and `field=value` take exactly what the schema takes: rows of good values with their one
 * rendering, and more rows of refused ones, each with the sentence that the user reads.
 */
#include "common/codec/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "tests/unit/codec/sample.h"

#define PERSON "01900200-0000-0000-0000-000000000000"
#define LEAST                                                               \
    "\"person\":\"" PERSON "\",\"day\":\"2017-03-15\",\"amount\":\"0.00\"," \
    "\"urgent\":false,\"colour\":\"green\""

static uint8_t memory[65536];

static int find_name(void *context, const struct field *field, struct text name, struct id *out) {
    (void)context, (void)field;
    *out = (struct id){{9}};
    return !text_is(name, "K1");
}

static int read_json(const char *text, const struct render_names *names, struct Sample *out,
                     char why[RENDER_FAULT_SIZE]) {
    struct arena arena;
    struct render_fault fault = {0};
    json_t *object = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(object);
    arena_init(&arena, memory, sizeof memory);
    int bad = render_from_json(Sample_schema(), object, &arena, names, out, &fault);
    json_decref(object);
    render_fault_text(&fault, why);
    return bad;
}

static void full_message_returns(void **state) {
    struct Sample in = sample_full(), out;
    char why[RENDER_FAULT_SIZE];
    uint8_t first[256], second[256];
    struct pack_writer a = {first, 0, sizeof first, false}, b = {second, 0, sizeof second, false};
    json_t *object = render_json(Sample_schema(), &in, RENDER_NAMES, CLASS_P3);
    char *text = json_dumps(object, RENDER_DUMP);
    (void)state;
    assert_string_equal(text, "{\"person\":\"" PERSON "\",\"day\":\"2017-03-15\","
                              "\"moment\":\"2017-07-14T02:40:00.000000Z\",\"amount\":\"1234.50\","
                              "\"count\":-5,\"share\":0.375,\"urgent\":true,\"colour\":\"green\","
                              "\"note\":\"Łódź\",\"proof\":\"AP8=\",\"items\":[{\"colour\":"
                              "\"amber\",\"amount\":\"-2.50\"},{\"colour\":\"red\"}],"
                              "\"late\":9223372036854775807,\"agreed\":true}");
    assert_int_equal(read_json(text, NULL, &out, why), 0);
    assert_int_equal(codec_encode(Sample_schema(), &in, &a).result, CODEC_OK);
    assert_int_equal(codec_encode(Sample_schema(), &out, &b).result, CODEC_OK);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(first, second, a.size);
    free(text);
    json_decref(object);
}

static void words_and_classes(void **state) {
    struct Sample in = sample_full();
    json_t *pl = render_json(Sample_schema(), &in, RENDER_PL, CLASS_P1);
    json_t *en = render_json(Sample_schema(), &in, RENDER_EN, CLASS_P0);
    (void)state;
    assert_string_equal(json_string_value(json_object_get(pl, "colour")), "zielony");
    assert_string_equal(json_string_value(json_object_get(en, "colour")), "green");
    assert_null(json_object_get(pl, "note"));
    assert_non_null(json_object_get(pl, "person"));
    assert_null(json_object_get(en, "person"));
    assert_null(json_object_get(json_array_get(json_object_get(pl, "items"), 0), "amount"));
    json_decref(pl);
    json_decref(en);
}

/* A sealed value in memory is never shown, whoever asks. */
static void sealed_is_never_shown(void **state) {
    struct Sample in = sample_full();
    in.secret = bytes_of("x", 1);
    json_t *object = render_json(Sample_schema(), &in, RENDER_NAMES, CLASS_P3);
    (void)state;
    assert_null(json_object_get(object, "secret"));
    json_decref(object);
}

static const struct {
    const char *more, *why; /* behind the least message; NULL: taken */
} json_rows[] = {
    {"", NULL},
    {",\"count\":-5", NULL},
    {",\"count\":null", NULL},
    {",\"count\":0", NULL},
    {",\"share\":0.1", NULL},
    {",\"share\":-2.000001", NULL},
    {",\"share\":3", NULL},
    {",\"items\":[]", NULL},
    {",\"proof\":\"\"", NULL},
    {",\"count\":-6", "count: expected a number from -5 to 1000; got -6"},
    {",\"count\":1001", "count: expected a number from -5 to 1000; got 1001"},
    {",\"count\":1.5", "count: expected a whole number"},
    {",\"count\":\"5\"", "count: expected a whole number"},
    {",\"count\":true", "count: expected a whole number"},
    {",\"late\":0", "late: expected a number from 1 to 9223372036854775807; got 0"},
    {",\"share\":0.1234567", "share: expected a number with at most six decimals; got 0.1234567"},
    {",\"share\":1e300", "share: expected a number below 9 thousand million"},
    {",\"share\":\"0.1\"", "share: expected a number"},
    {",\"moment\":\"yesterday\"",
     "moment: expected a moment as 2017-03-15T09:00:00Z; got 'yesterday'"},
    {",\"moment\":1500000000", "moment: expected a moment as text"},
    {",\"note\":\"thirteen byte\"", "note: expected at most 12 bytes of text; got 13"},
    {",\"note\":\"a\\u0007\"", "note: expected plain UTF-8 text without control characters"},
    {",\"note\":5", "note: expected text"},
    {",\"proof\":\"A\"", "proof: expected base64; got 'A'"},
    {",\"proof\":\"AP8\"", "proof: expected base64; got 'AP8'"},
    {",\"proof\":\"AP\xc5\x82\"", "proof: expected base64; got 'AP\xc5\x82'"},
    {",\"proof\":\"AAAAAAAAAAAAAAAA\"", "proof: expected at most 8 bytes; got 12"},
    {",\"proof\":{\"a\":1}", "proof: expected base64; got an object"},
    {",\"secret\":\"x\"",
     "secret: expected nothing; a sealed field takes no value while there is no vault"},
    {",\"secret\":{}",
     "secret: expected nothing; a sealed field takes no value while there is no vault"},
    {",\"items\":{}", "items: expected an array of objects"},
    {",\"items\":[1]", "items[0]: expected a JSON object with the fields of sample_item"},
    {",\"items\":[{\"colour\":\"red\"},{}]",
     "items[1].colour: expected a value; sample_item needs this field"},
    {",\"items\":[{\"colour\":\"blue\"}]",
     "items[0].colour: expected one of green, amber, red; got 'blue'"},
    {",\"items\":[{\"color\":\"red\"}]", "items[0]: sample_item has no field 'color'"},
    {",\"items\":[{},{},{},{}]", "items: expected at most 3 items; got 4"},
    {",\"agreed\":\"true\"", "agreed: expected true or false"},
    {",\"agreed\":1", "agreed: expected true or false"},
    {",\"colour\":\"blue\"", "colour: expected one of green, amber, red; got 'blue'"},
    {",\"colour\":1", "colour: expected the name of a code"},
    {",\"amount\":\"1.234\"", "amount: expected an amount as 1234.50; got '1.234'"},
    {",\"amount\":12.5", "amount: expected an amount as text"},
    {",\"day\":\"2017-02-30\"", "day: expected a day as 2017-03-15; got '2017-02-30'"},
    {",\"day\":\"15.03.2017\"", "day: expected a day as 2017-03-15; got '15.03.2017'"},
    {",\"day\":17240", "day: expected a day as text"},
    {",\"day\":null", "day: expected a value; Sample needs this field"},
    {",\"urgent\":null", "urgent: expected a value; Sample needs this field"},
    {",\"amount\":null", "amount: expected a value; Sample needs this field"},
    {",\"person\":\"K2\"", "person: expected an id (UUID); got 'K2'"},
    {",\"person\":\"00000000-0000-0000-0000-000000000000\"",
     "person: expected an id that is not zero; got '00000000-0000-0000-0000-000000000000'"},
    {",\"name\":\"x\"", "Sample has no field 'name'"},
};

static void json_values(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof json_rows / sizeof *json_rows; i++) {
        char text[512], why[RENDER_FAULT_SIZE];
        struct Sample out;
        snprintf(text, sizeof text, "{" LEAST "%s}", json_rows[i].more);
        int bad = read_json(text, NULL, &out, why);
        if (bad != (json_rows[i].why != NULL) || (bad && strcmp(why, json_rows[i].why) != 0))
            fail_msg("%s: %s", json_rows[i].more, bad ? why : "taken");
        uint8_t room[512];
        struct pack_writer w = {room, 0, sizeof room, false};
        if (!bad)
            assert_int_equal(codec_encode(Sample_schema(), &out, &w).result, CODEC_OK);
    }
}

static void no_object(void **state) {
    static const char *const rows[] = {"[]", "1", "null", "\"text\""};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct Sample out;
        char why[RENDER_FAULT_SIZE];
        assert_int_equal(read_json(rows[i], NULL, &out, why), 1);
        assert_string_equal(why, "expected a JSON object with the fields of Sample");
    }
}

static void names_resolve(void **state) {
    struct render_names names = {.id = find_name};
    struct Sample out;
    char why[RENDER_FAULT_SIZE];
    (void)state;
    assert_int_equal(read_json("{" LEAST ",\"person\":\"K1\"}", &names, &out, why), 0);
    assert_int_equal(out.person.bytes[0], 9);
    assert_int_equal(read_json("{" LEAST ",\"person\":\"K2\"}", &names, &out, why), 1);
    assert_string_equal(why, "person: expected an id or a known name; got 'K2'");
}

static const struct {
    const char *name, *value, *why; /* NULL: taken */
} text_rows[] = {
    {"count", "-5", NULL},
    {"count", "0", NULL},
    {"share", "0.375", NULL},
    {"share", "-1", NULL},
    {"share", "0.123456", NULL},
    {"agreed", "false", NULL},
    {"note", "", NULL},
    {"items", "[{\"colour\":\"red\"}]", NULL},
    {"late", "9223372036854775807", NULL},
    {"amount", "1234,50", NULL},
    {"late", "9223372036854775808", "late: expected a whole number; got '9223372036854775808'"},
    {"count", "", "count: expected a whole number; got ''"},
    {"count", "-", "count: expected a whole number; got '-'"},
    {"count", "5.0", "count: expected a whole number; got '5.0'"},
    {"count", "0x5", "count: expected a whole number; got '0x5'"},
    {"count", " 5", "count: expected a whole number; got ' 5'"},
    {"count", "+5", "count: expected a whole number; got '+5'"},
    {"share", "0.1234567", "share: expected a number with at most six decimals; got '0.1234567'"},
    {"share", ".5", "share: expected a number with at most six decimals; got '.5'"},
    {"share", "5.", "share: expected a number with at most six decimals; got '5.'"},
    {"share", "1.2.3", "share: expected a number with at most six decimals; got '1.2.3'"},
    {"share", "99999999999999",
     "share: expected a number with at most six decimals; got '99999999999999'"},
    {"agreed", "yes", "agreed: expected true or false; got 'yes'"},
    {"agreed", "1", "agreed: expected true or false; got '1'"},
    {"items", "[", "items: expected a JSON array; got '['"},
    {"items", "{}", "items: expected an array of objects"},
    {"items", "[{\"colour\":\"red\",\"colour\":\"red\"}]",
     "items: expected a JSON array; got '[{\"colour\":\"red\",\"colour\":\"red\"}]'"},
    {"secret", "x",
     "secret: expected nothing; a sealed field takes no value while there is no vault"},
    {"note", "\xc5", "note: expected plain UTF-8 text without control characters"},
    {"nobody", "x", "Sample has no field 'nobody'"},
    {"", "x", "Sample has no field ''"},
};

static void text_values(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof text_rows / sizeof *text_rows; i++) {
        struct render_form form;
        struct Sample out;
        struct arena arena;
        struct render_fault fault = {0};
        char why[RENDER_FAULT_SIZE];
        arena_init(&arena, memory, sizeof memory);
        render_form_init(&form, Sample_schema(), &arena, NULL, &out);
        int bad = render_set_field(&form, text_of(text_rows[i].name), text_of(text_rows[i].value),
                                   &fault);
        render_fault_text(&fault, why);
        if (bad != (text_rows[i].why != NULL) || (bad && strcmp(why, text_rows[i].why) != 0))
            fail_msg("%s=%s: %s", text_rows[i].name, text_rows[i].value, bad ? why : "taken");
    }
}

static const char *set_all(const char *const pairs[][2], size_t count,
                           char why[RENDER_FAULT_SIZE]) {
    struct render_form form;
    struct Sample out;
    struct arena arena;
    struct render_fault fault = {0};
    arena_init(&arena, memory, sizeof memory);
    render_form_init(&form, Sample_schema(), &arena, NULL, &out);
    int bad = 0;
    for (size_t i = 0; i < count && !bad; i++)
        bad = render_set_field(&form, text_of(pairs[i][0]), text_of(pairs[i][1]), &fault);
    if (!bad)
        bad = render_complete(&form, &fault);
    render_fault_text(&fault, why);
    return bad ? why : "complete";
}

static void forms_are_complete(void **state) {
    static const char *const pairs[][2] = {
        {"person", PERSON},  {"day", "2017-03-15"}, {"amount", "0.00"},
        {"urgent", "false"}, {"colour", "red"},     {"colour", "red"},
    };
    char why[RENDER_FAULT_SIZE];
    (void)state;
    assert_string_equal(set_all(pairs, 5, why), "complete");
    assert_string_equal(set_all(pairs, 6, why),
                        "colour: expected this field once; it is given twice");
    assert_string_equal(set_all(pairs, 4, why),
                        "colour: expected a value; Sample needs this field");
    assert_string_equal(set_all(pairs, 3, why),
                        "urgent: expected a value; Sample needs this field");
    assert_string_equal(set_all(pairs, 0, why),
                        "person: expected a value; Sample needs this field");
}

/* Too little memory is a refusal like any other. */
static void small_arenas(void **state) {
    static const char *const text = "{" LEAST ",\"note\":\"abc\",\"items\":[{\"colour\":\"red\"}]}";
    json_t *object = json_loads(text, 0, NULL);
    size_t taken = 0;
    (void)state;
    for (size_t size = 0; size < 64; size++) {
        struct arena arena;
        struct render_fault fault = {0};
        struct Sample out;
        arena_init(&arena, memory, size);
        taken += render_from_json(Sample_schema(), object, &arena, NULL, &out, &fault) == 0;
    }
    assert_in_range(taken, 1, 63);
    json_decref(object);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_message_returns),
        cmocka_unit_test(words_and_classes),
        cmocka_unit_test(sealed_is_never_shown),
        cmocka_unit_test(json_values),
        cmocka_unit_test(no_object),
        cmocka_unit_test(names_resolve),
        cmocka_unit_test(text_values),
        cmocka_unit_test(forms_are_complete),
        cmocka_unit_test(small_arenas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
