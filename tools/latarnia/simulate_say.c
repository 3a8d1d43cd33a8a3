/* What is said becomes a line of commands.ndjson: by day, within the day by department. */
#include "common/base/ensure.h"
#include "common/codec/schema.h"
#include "common/messages/registry.h"
#include "tools/latarnia/simulate.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>


/* In this order nobody needs on a day what another says on the same day. */
static const char *const departments[SIM_DEPARTMENTS] = {"monitoring", "intake", "relocation",
                                                         "debt", "networking"};

struct id_words words_of(struct id id) {
    struct id_words words;
    id_format(id, words.text);
    return words;
}

const char *jsonf(char *buffer, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(buffer, size, format, arguments);
    va_end(arguments);
    ensure(n >= 0 && (size_t)n < size);
    return buffer;
}

/* ---- a growing text ---- */

__attribute__((format(printf, 2, 3)))
static void add(struct lines *t, const char *format, ...) {
    for (;;) {
        size_t room = t->capacity - t->size;
        va_list arguments;
        va_start(arguments, format);
        int n = vsnprintf(t->data ? t->data + t->size : NULL, room, format, arguments);
        va_end(arguments);
        ensure(n >= 0);
        if ((size_t)n < room) {
            t->size += (size_t)n;
            return;
        }
        t->capacity = t->capacity * 2 + (size_t)n + 1024;
        t->data = realloc(t->data, t->capacity);
        ensure(t->data != NULL);
    }
}

/* ---- fields: "worker=%i due=%D" ---- */

struct field_spec {
    const char *name;
    int name_size;
    char kind;
};

/* The next "name=%x"; false at the end. */
static bool next_spec(const char **at, struct field_spec *out) {
    while (**at == ' ')
        (*at)++;
    const char *equals = strchr(*at, '=');
    if (!equals)
        return false;
    *out = (struct field_spec){*at, (int)(equals - *at), equals[2]};
    *at = equals + 3;
    return true;
}

static void add_day(struct lines *t, civil_day day) {
    char text[CIVIL_TEXT_SIZE];
    civil_format(day, text);
    add(t, "\"%s\"", text);
}

static void add_key(struct lines *t, const struct field_spec *f, bool *first) {
    add(t, "%s\"%.*s\":", *first ? "" : ",", f->name_size, f->name);
    *first = false;
}

static void add_id(struct lines *t, const struct field_spec *f, struct id id, bool *first) {
    if (id_is_zero(id))
        return;
    add_key(t, f, first);
    add(t, "\"%s\"", words_of(id).text);
}

static void add_words(struct lines *t, const struct field_spec *f, const char *words, bool *first) {
    if (!words)
        return;
    add_key(t, f, first);
    add(t, f->kind == 'j' ? "%s" : "\"%s\"", words);
}

static void add_number(struct lines *t, const struct field_spec *f, int64_t value, bool *first) {
    if ((f->kind == 'D' || f->kind == 'T') && !value)
        return;
    add_key(t, f, first);
    if (f->kind == 'D')
        add_day(t, (civil_day)value);
    else if (f->kind == 'm')
        add(t, "\"%" PRId64 ".%02" PRId64 "\"", value / 100, value % 100);
    else if (f->kind == 't' || f->kind == 'T')
        add(t, "%s", value ? "true" : "false");
    else
        add(t, "%" PRId64, value);
}

static void add_fields(struct lines *t, const char *fields, va_list arguments) {
    struct field_spec f;
    bool first = true;
    while (next_spec(&fields, &f)) {
        switch (f.kind) {
        case 'i':
            add_id(t, &f, va_arg(arguments, struct id), &first);
            break;
        case 's':
        case 'j':
            add_words(t, &f, va_arg(arguments, const char *), &first);
            break;
        case 'l':
        case 'm':
            add_number(t, &f, va_arg(arguments, int64_t), &first);
            break;
        default:
            add_number(t, &f, va_arg(arguments, int), &first);
            break;
        }
    }
}

/* ---- the head ---- */

const char *role_name(int32_t role) {
    const struct code_list *list = ROLE_codes();
    for (unsigned i = 0; i < list->count; i++)
        if (list->codes[i].number == role)
            return list->codes[i].name;
    return "";
}

void by_resident(struct sim *s) {
    static const char *const evidence[] = {"paper", "paper", "paper", "paper", "electronic"};
    s->decider = ROLE_RESIDENT;
    s->evidence = one_of(s, evidence, sizeof evidence / sizeof *evidence);
}

void decided_by(struct sim *s, int32_t decider, const char *body) {
    s->decider = decider;
    s->authority_body = body;
}

void in_case(struct sim *s, struct id case_id) {
    s->about_case = case_id;
}

/* "DRiM" letters have running numbers; the ordinal of the command serves as one. */
static void add_authority(struct sim *s, struct lines *t) {
    int year, month, day;
    civil_to_ymd(s->today, &year, &month, &day);
    add(t, ",\"authority\":{\"body\":\"%s\",\"document\":\"%" PRIu64 "/%d\",\"day\":",
        s->authority_body, s->commands, year);
    add_day(t, s->today);
    add(t, "}");
}

static void add_head_extras(struct sim *s, struct lines *t) {
    if (s->decider)
        add(t, ",\"decider\":\"%s\"", role_name(s->decider));
    if (s->evidence)
        add(t, ",\"evidence\":\"%s\"", s->evidence);
    if (s->authority_body)
        add_authority(s, t);
    if (!id_is_zero(s->about_case))
        add(t, ",\"case\":\"%s\"", words_of(s->about_case).text);
    s->decider = 0;
    s->evidence = s->authority_body = NULL;
    s->about_case = (struct id){{0}};
}

static struct lines *lines_of(struct sim *s, const char *department) {
    for (int i = 0; i < SIM_DEPARTMENTS; i++)
        if (!strcmp(department, departments[i]))
            return &s->said[i];
    ensure(false && "an event of no department");
    return NULL;
}

/* Everything up to the fields. */
static struct lines *begin_in(struct sim *s, struct voice by, const char *event,
                              const struct category *category, struct id stream,
                              struct id command) {
    struct lines *t = lines_of(s, category->daemon);
    add(t, "\"id\":\"%s\",\"command\":\"%s\",\"stream\":\"%s:%s\",\"as\":\"%s:%s\",\"on\":",
        words_of(command).text, event, category->name, words_of(stream).text, role_name(by.role),
        words_of(by.id).text);
    add_day(t, s->today);
    add_head_extras(s, t);
    return t;
}

static struct lines *begin(struct sim *s, struct voice by, const char *event, struct id stream,
                           struct id command) {
    const struct schema *schema = registry_by_name(text_of(event));
    ensure(schema != NULL && schema->about->category);
    return begin_in(s, by, event, registry_category(schema->about->category), stream, command);
}

struct id say(struct sim *s, struct voice by, const char *event, struct id stream,
              const char *fields, ...) {
    struct id id = new_command_id(s);
    struct lines *t = begin(s, by, event, stream, id);
    va_list arguments;
    add(t, ",\"fields\":{");
    va_start(arguments, fields);
    add_fields(t, fields, arguments);
    va_end(arguments);
    add(t, "}}\n");
    return id;
}

struct id say_object(struct sim *s, struct voice by, const char *event, struct id stream,
                     const char *object) {
    struct id id = new_command_id(s);
    add(begin(s, by, event, stream, id), ",\"fields\":%s}\n", object);
    return id;
}

static struct lines *begin_amendment(struct sim *s, struct voice by, const char *event,
                                     const char *category, struct id stream, struct id command) {
    const struct category *known = registry_category_by_name(text_of(category));
    ensure(known != NULL);
    struct lines *t = begin_in(s, by, event, known, stream, new_command_id(s));
    add(t, ",\"entry_of\":\"%s\",\"fields\":{", words_of(command).text);
    return t;
}

void say_void(struct sim *s, struct voice by, const char *category, struct id stream,
              struct id command, const char *reason) {
    struct lines *t = begin_amendment(s, by, "EntryVoided", category, stream, command);
    add(t, "\"reason\":\"%s\"}}\n", reason);
}

void say_correction(struct sim *s, struct voice by, const char *category, struct id stream,
                    struct id command, civil_day right_day, const char *right) {
    struct lines *t = begin_amendment(s, by, "EntryCorrected", category, stream, command);
    add(t, "\"reason\":\"wrong_content\",\"occurred_on\":");
    add_day(t, right_day);
    add(t, ",\"payload\":%s}}\n", right);
}

/* From nine in the morning on, one after the other. */
void say_flush(struct sim *s) {
    const int64_t second = 1000000, nine = 9 * 3600 * second;
    int64_t moment = civil_midnight_us(s->today) + nine;
    for (int i = 0; i < SIM_DEPARTMENTS; i++) {
        struct lines *t = &s->said[i];
        for (char *line = t->data, *end = t->data + t->size; line && line < end;) {
            char known_at[MOMENT_TEXT_SIZE];
            size_t size = (size_t)((char *)memchr(line, '\n', (size_t)(end - line)) - line) + 1;
            moment_format(moment, known_at);
            fprintf(s->out, "{\"known_at\":\"%s\",%.*s", known_at, (int)size, line);
            moment += second;
            line += size;
        }
        t->size = 0;
    }
}
