/*
 * All .def files together: numbers ascend and are unique, every event has a category, a daemon and
 * words, every kind fits its bounds, and both names find it.
 */
#include "common/messages/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/messages/envelope.h"
#include "common/messages/rules.h"

static void numbers_ascend(void **state) {
    int before = 0;
    (void)state;
    assert_true(registry_count() > 20);
    for (size_t i = 0; i < registry_count(); i++) {
        const struct schema *s = registry_at(i);
        assert_true(s->about->type > before);
        assert_ptr_equal(registry_by_type(s->about->type), s);
        before = s->about->type;
    }
    assert_null(registry_at(registry_count()));
    assert_null(registry_by_type(0));
    assert_null(registry_by_type(0xffff));
}

static void categories(void **state) {
    (void)state;
    for (size_t i = 0; i < registry_category_count(); i++) {
        const struct category *c = registry_category_at(i);
        assert_ptr_equal(registry_category(c->number), c);
        assert_ptr_equal(registry_category_by_name(text_of(c->name)), c);
        assert_true(c->en[0] && c->pl[0]);
    }
    assert_null(registry_category(0));
    assert_null(registry_category(0xffff));
    assert_null(registry_category_by_name(text_of("Nothing")));
    assert_null(registry_category_at(registry_category_count()));
}

static void check_field(const struct schema *s, const struct field *f, unsigned before) {
    if (f->number <= before || f->number > 64 || !f->en[0] || !f->pl[0])
        fail_msg("%s.%s: number or words", s->about->name, f->name);
    if (f->offset >= s->size)
        fail_msg("%s.%s: offset", s->about->name, f->name);
    if (f->kind == KIND_SEALED && f->required)
        fail_msg("%s.%s: sealed and required", s->about->name, f->name);
    if (f->kind == KIND_INT && f->min > f->max)
        fail_msg("%s.%s: empty range", s->about->name, f->name);
    if ((f->kind == KIND_TEXT || f->kind == KIND_BLOB || f->kind == KIND_LIST) && f->max < 1)
        fail_msg("%s.%s: no room", s->about->name, f->name);
    for (unsigned i = 0; f->codes && i < f->codes()->count; i++)
        if (f->codes()->codes[i].number < 1)
            fail_msg("%s.%s: a code below 1", s->about->name, f->name);
}

static void check_fields(const struct schema *s) {
    unsigned before = 0;
    for (unsigned i = 0; i < s->field_count; i++) {
        const struct field *f = &s->fields[i];
        check_field(s, f, before);
        before = f->number;
        if (f->record)
            check_fields(f->record());
    }
}

static void fields_are_sound(void **state) {
    (void)state;
    for (size_t i = 0; i < registry_count(); i++)
        check_fields(registry_at(i));
}

static bool is_timer(const struct schema *s) {
    return s->field_count == 2 && s->fields[0].kind == KIND_DAY && s->fields[1].kind == KIND_INT &&
           strcmp(s->fields[0].name, "due") == 0 && strcmp(s->fields[1].name, "start") == 0;
}

static void events_are_sound(void **state) {
    const uint32_t system = 1u << ROLE_SYSTEM;
    (void)state;
    for (size_t i = 0; i < registry_count(); i++) {
        const struct schema *s = registry_at(i);
        const struct about *a = s->about;
        if (a->nature == NATURE_NONE)
            continue;
        if (a->category && !registry_category(a->category))
            fail_msg("%s: no such category", a->name);
        if (a->command && a->recorders == 0)
            fail_msg("%s: a command that nobody may give", a->name);
        if (a->deciders != 0xffffffffu && a->deciders & system)
            fail_msg("%s: the system decides", a->name);
        if (a->nature == NATURE_TIMER && (a->command || a->recorders != system || !is_timer(s)))
            fail_msg("%s: a timer with other fields, recorders or a command", a->name);
        assert_ptr_equal(registry_by_name(text_of(a->name)), s);
    }
}

/* Records inside an event are never taken for an event. */
static void names(void **state) {
    (void)state;
    assert_non_null(registry_by_name(text_of("EntryVoided")));
    assert_ptr_equal(registry_by_name(text_of("VoidEntry")),
                     registry_by_name(text_of("EntryVoided")));
    assert_null(registry_by_name(text_of("authority_ref")));
    assert_null(registry_by_name(text_of("entryvoided")));
    assert_null(registry_by_name(text_of("")));
    assert_null(registry_daemon(EntryVoided_schema()));
    assert_null(registry_daemon(ReactedUpTo_schema()));
    assert_string_equal(registry_daemon(LogOpened_schema()), "eventlog");
}

static void rules(void **state) {
    static const char *const files[] = {"envelope", "intake",     "relocation",
                                        "debt",     "networking", "monitoring"};
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        const struct rule *const *rule;
        size_t count = rules_of(files[i], &rule);
        assert_true(count > 0);
        for (size_t k = 0; k < count; k++) {
            assert_ptr_equal(rule_by_code(text_of(rule[k]->code)), rule[k]);
            assert_true(rule[k]->tag[0] && rule[k]->en[0] && rule[k]->pl[0]);
            assert_true(strlen(rule[k]->code) <= 40);
        }
    }
    assert_null(rule_by_code(text_of("")));
    assert_null(rule_by_code(text_of("NO_SUCH_RULE")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_ascend),
        cmocka_unit_test(categories),
        cmocka_unit_test(fields_are_sound),
        cmocka_unit_test(events_are_sound),
        cmocka_unit_test(names),
        cmocka_unit_test(rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
