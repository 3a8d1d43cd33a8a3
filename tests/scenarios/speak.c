#include "tests/scenarios/speak.h"

#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/messages/registry.h"

#define SHOWN(text) (int)(text).size, (text).data

static bool is_number(struct text name) {
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] < '0' || name.data[i] > '9')
            return false;
    return name.size > 0;
}

struct id name_id(struct text name) {
    return id_named(is_number(name) ? "area" : "scenario", name);
}

static int find_name(void *context, const struct field *field, struct text name, struct id *out) {
    (void)context, (void)field;
    *out = name_id(name);
    return name.size == 0;
}

/* ---- fields ---- */

/* What a line is being read into. */
struct speech {
    struct world *world;
    struct stream stream;
    struct arena *arena;
    uint64_t entry; /* the entry that a correction speaks of */
    struct render_form form;
    struct render_names names;
    struct breach breach;
    const char *field; /* at fault */
    char *why;
};

/* The new payload of a correction is written like the entry that it corrects. */
static int encode_payload(void *context, const struct field *field, json_t *value,
                          struct arena *arena, struct bytes *out, struct render_fault *fault) {
    struct speech *s = context;
    struct pack_writer w = {arena_get(arena, SCAN_RECORD_BYTES), 0, SCAN_RECORD_BYTES, false};
    struct render_names names = {.id = find_name};
    fault->field = field;
    if (s->entry == 0 || s->entry > s->world->count) {
        snprintf(fault->reason, sizeof fault->reason, "expected entry= of an existing event");
        return 1;
    }
    const struct schema *schema = registry_by_type(s->world->log[s->entry - 1].type);
    void *message = arena_get(arena, schema->size);
    ensure(w.data && message);
    if (render_from_json(schema, value, arena, &names, message, fault)) {
        fault->field = field;
        return 1;
    }
    ensure(codec_encode(schema, message, &w).result == CODEC_OK);
    *out = bytes_of(w.data, w.size);
    return 0;
}

static const struct field *field_of(const struct schema *schema, struct text name) {
    for (unsigned i = 0; i < schema->field_count; i++)
        if (text_is(name, schema->fields[i].name))
            return &schema->fields[i];
    return NULL;
}

/* entry=last:LsAssigned is the position of the newest such event in the stream. */
static int last_entry(struct speech *s, struct text event, char *out, size_t size) {
    const struct schema *schema = registry_by_name(event);
    uint64_t position = schema ? world_last(s->world, s->stream, schema->about->type) : 0;
    snprintf(out, size, "%llu", (unsigned long long)position);
    return position == 0;
}

static int fault_of(struct speech *s, const struct render_fault *fault) {
    char text[RENDER_FAULT_SIZE];
    render_fault_text(fault, text);
    snprintf(s->why, WHY_SIZE, "%s", text);
    s->field = fault->field ? fault->field->name : NULL;
    return fault->field ? SPEAK_E_CONTENT : SPEAK_E_WORDS;
}

static int set_field(struct speech *s, const struct field *f, struct text value) {
    struct render_fault fault = {0};
    char number[24];
    struct text last = {value.data + 5, value.size > 5 ? value.size - 5 : 0};
    if (f->kind == KIND_INT && last.size && strncmp(value.data, "last:", 5) == 0) {
        if (last_entry(s, last, number, sizeof number)) {
            snprintf(s->why, WHY_SIZE, "no event %.*s in this stream", SHOWN(last));
            return SPEAK_E_WORDS;
        }
        value = text_of(number);
    }
    if (text_is(text_of(f->name), "entry"))
        s->entry = strtoull(value.data, NULL, 10);
    if (render_set_field(&s->form, text_of(f->name), value, &fault))
        return fault_of(s, &fault);
    return SPEAK_OK;
}

/* ---- options: the envelope of the command ---- */

static bool option_id(struct text value, struct id *out) {
    *out = name_id(value);
    return value.size > 0;
}

static bool option_code(const struct code_list *list, struct text value, int32_t *out) {
    for (unsigned i = 0; i < list->count; i++)
        if (text_is(value, list->codes[i].name))
            return *out = list->codes[i].number, true;
    return false;
}

/* body/number/day, split at the last two strokes. */
static bool option_authority(struct text value, struct arena *arena, struct Command *c) {
    size_t at[2] = {0, 0}, found = 0;
    struct authority_ref *a = arena_get(arena, sizeof *a);
    for (size_t i = value.size; i > 0 && found < 2; i--)
        if (value.data[i - 1] == '/')
            at[found++] = i - 1;
    if (found < 2 || !a)
        return false;
    a->body = (struct text){value.data, at[1]};
    a->document = (struct text){value.data + at[1] + 1, at[0] - at[1] - 1};
    c->authority = (struct authority_ref_list){a, 1};
    return civil_parse((struct text){value.data + at[0] + 1, value.size - at[0] - 1}, &a->day) == 0;
}

static bool set_option(struct speech *s, struct text name, struct text value, struct Command *c) {
    if (text_is(name, "on"))
        return civil_parse(value, &c->occurred_on) == 0;
    if (text_is(name, "at"))
        return moment_parse(value, &c->occurred_at) == 0;
    if (text_is(name, "decider"))
        return option_code(ROLE_codes(), value, &c->decider);
    if (text_is(name, "evidence"))
        return option_code(EVIDENCE_codes(), value, &c->evidence);
    if (text_is(name, "authority"))
        return option_authority(value, s->arena, c);
    if (text_is(name, "unit"))
        return option_id(value, &c->unit);
    if (text_is(name, "case_ref"))
        return option_id(value, &c->case_ref);
    if (text_is(name, "legal_basis"))
        return c->legal_basis = value, true;
    if (text_is(name, "breach"))
        return s->breach.rule = value, true;
    return false;
}

static int set_word(struct speech *s, struct text word, struct Command *c) {
    struct text name, value;
    if (!script_pair(word, &name, &value)) {
        snprintf(s->why, WHY_SIZE, "expected field=value; got '%.*s'", SHOWN(word));
        return SPEAK_E_WORDS;
    }
    const struct field *f = field_of(s->form.schema, name);
    if (f)
        return set_field(s, f, value);
    if (set_option(s, name, value, c))
        return SPEAK_OK;
    snprintf(s->why, WHY_SIZE, "%s has no field and a line no option '%.*s'",
             s->form.schema->about->name, SHOWN(word));
    return SPEAK_E_WORDS;
}

/* The entry of a correction first, since the other fields are read in its light. */
static int set_words(struct speech *s, const struct text *words, size_t count, struct Command *c) {
    int result = SPEAK_OK;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < count && result == SPEAK_OK; i++) {
            bool is_entry = words[i].size > 6 && strncmp(words[i].data, "entry=", 6) == 0;
            if (is_entry == (pass == 0))
                result = set_word(s, words[i], c);
        }
    return result;
}

/* ---- who says what about which stream ---- */

int speak_stream(struct text word, struct stream *out, char why[WHY_SIZE]) {
    struct text category, name;
    const struct category *c = NULL;
    if (script_colon(word, &category, &name))
        c = registry_category_by_name(category);
    if (!c || name.size == 0) {
        snprintf(why, WHY_SIZE, "expected Category:name; got '%.*s'", SHOWN(word));
        return 1;
    }
    *out = (struct stream){c->number, name_id(name)};
    return 0;
}

const struct schema *speak_schema(struct text name, uint16_t category) {
    const struct schema *found = registry_by_name(name);
    size_t count = registry_count(), matches = 0;
    if (found)
        return found;
    for (size_t i = 0; i < count; i++) {
        const struct schema *s = registry_at(i);
        if (!s->about->command || !text_is(name, s->about->command))
            continue;
        if (s->about->category != category)
            continue;
        found = s;
        matches++;
    }
    return matches == 1 ? found : NULL;
}

static bool is_of_the_team(int32_t role) {
    return role == ROLE_LS || role == ROLE_GO || role == ROLE_COORD;
}

/* A worker stands in the roster himself, everybody else by his unit. A Stranger is in neither. */
static int speak_actor(struct speech *s, struct text word, struct Command *c) {
    struct text role, name, unit;
    if (!script_colon(word, &role, &name) || !option_code(ROLE_codes(), role, &c->role)) {
        snprintf(s->why, WHY_SIZE, "expected ROLE:actor; got '%.*s'", SHOWN(word));
        return SPEAK_E_WORDS;
    }
    c->actor = name_id(name);
    if (name.size >= 8 && strncmp(name.data, "Stranger", 8) == 0)
        return SPEAK_OK;
    unit = role;
    if (!is_of_the_team(c->role))
        c->unit = name_id(unit);
    world_enter(s->world, is_of_the_team(c->role) ? c->actor : c->unit, c->role);
    return SPEAK_OK;
}

static int speak_event(struct speech *s, struct text stream, struct text name, struct Command *c) {
    if (speak_stream(stream, &s->stream, s->why))
        return SPEAK_E_WORDS;
    const struct schema *schema = speak_schema(name, s->stream.category);
    if (!schema || schema->about->nature == NATURE_NONE) {
        snprintf(s->why, WHY_SIZE, "'%.*s' names no event or several", SHOWN(name));
        return SPEAK_E_WORDS;
    }
    void *message = arena_get(s->arena, schema->size);
    ensure(message != NULL);
    render_form_init(&s->form, schema, s->arena, &s->names, message);
    c->type = schema->about->type;
    c->category = s->stream.category;
    c->stream = s->stream.id;
    return SPEAK_OK;
}

static void speech_init(struct speech *s, struct world *w, struct arena *arena, char *why) {
    *s = (struct speech){.world = w, .arena = arena, .why = why};
    s->names = (struct render_names){find_name, encode_payload, s};
}

static int check_complete(struct speech *s) {
    struct render_fault fault = {0};
    return render_complete(&s->form, &fault) ? fault_of(s, &fault) : SPEAK_OK;
}

enum speak_result speak_command(struct world *w, const struct text *words, size_t count,
                                struct arena *arena, struct Command *out, const char **field,
                                char why[WHY_SIZE]) {
    struct speech s;
    struct pack_writer pack = {arena_get(arena, SCAN_RECORD_BYTES), 0, SCAN_RECORD_BYTES, false};
    speech_init(&s, w, arena, why);
    *out = (struct Command){.id = id_v8(w->count + 1, 254, 0)};
    snprintf(why, WHY_SIZE, "expected ROLE:actor Command Category:name field=value ...");
    if (count < 3 || speak_actor(&s, words[0], out) || speak_event(&s, words[2], words[1], out))
        return SPEAK_E_WORDS;
    int bad = set_words(&s, words + 3, count - 3, out);
    if (!bad)
        bad = check_complete(&s);
    *field = s.field;
    if (bad)
        return (enum speak_result)bad;
    ensure(codec_encode(s.form.schema, s.form.message, &pack).result == CODEC_OK);
    out->payload = bytes_of(pack.data, pack.size);
    return SPEAK_OK;
}

static int32_t lowest_role(uint32_t roles) {
    for (int32_t role = 1; role < 32; role++)
        if (roles & 1u << role)
            return role;
    return ROLE_SYSTEM;
}

static struct said said_of(const struct speech *s, const struct Command *c) {
    const struct about *about = s->form.schema->about;
    int32_t role = c->role ? c->role : lowest_role(about->recorders);
    bool decides = about->deciders != 0 && c->decider == 0;
    return (struct said){
        .category = c->category,
        .stream = c->stream,
        .type = c->type,
        .occurred_on = c->occurred_on ? c->occurred_on : s->world->clock.today,
        .occurred_at = c->occurred_at,
        .actor = id_is_zero(c->actor) ? name_id(text_of("somebody")) : c->actor,
        .unit = c->unit,
        .role = role,
        .decider = decides ? lowest_role(about->deciders) : c->decider,
        .authority = c->authority,
        .evidence = c->evidence,
        .legal_basis = c->legal_basis,
        .breach = {&s->breach, s->breach.rule.size > 0},
        .case_ref = c->case_ref,
    };
}

static int check_foreign(struct speech *s) {
    const char *daemon = registry_daemon(s->form.schema);
    if (!daemon || strcmp(daemon, s->world->domain->name) != 0)
        return SPEAK_OK;
    snprintf(s->why, WHY_SIZE, "%s is an event of %s itself", s->form.schema->about->name, daemon);
    return SPEAK_E_WORDS;
}

int speak_foreign(struct world *w, const struct text *words, size_t count, struct arena *arena,
                  char why[WHY_SIZE]) {
    struct speech s;
    struct Command c = {.role = 0};
    struct text left, right;
    speech_init(&s, w, arena, why);
    snprintf(why, WHY_SIZE, "expected Category:name Event field=value ...");
    if (count >= 3 && script_colon(words[1], &left, &right)) {
        if (speak_actor(&s, words[0], &c))
            return 1;
        words++;
        count--;
    }
    if (count < 2 || speak_event(&s, words[0], words[1], &c) || check_foreign(&s) ||
        set_words(&s, words + 2, count - 2, &c) || check_complete(&s))
        return 1;
    struct said said = said_of(&s, &c);
    world_foreign(w, &said, s.form.schema, s.form.message);
    return 0;
}

int speak_compare(const struct schema *schema, const void *message, const struct text *words,
                  size_t count, struct arena *arena, char why[WHY_SIZE]) {
    struct speech s;
    struct Command unused = {.role = 0};
    speech_init(&s, NULL, arena, why);
    void *wanted = arena_get(arena, schema->size);
    ensure(wanted != NULL);
    render_form_init(&s.form, schema, arena, &s.names, wanted);
    if (set_words(&s, words, count, &unused))
        return 1;
    json_t *is = render_json(schema, message, RENDER_NAMES, CLASS_P3);
    json_t *should = render_json(schema, wanted, RENDER_NAMES, CLASS_P3);
    bool same = true;
    for (unsigned i = 0; i < schema->field_count; i++) {
        const struct field *f = &schema->fields[i];
        json_t *a = json_object_get(is, f->name), *b = json_object_get(should, f->name);
        if (s.form.given & 1ull << (f->number - 1))
            same = same && (a == b || (a && b && json_equal(a, b)));
    }
    if (!same) {
        char *text = json_dumps(is, RENDER_DUMP);
        snprintf(why, WHY_SIZE, "%s has %s", schema->about->name, text);
        free(text);
    }
    json_decref(is);
    json_decref(should);
    return !same;
}
