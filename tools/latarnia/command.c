/*
 * A command in JSON is one object whose members are a table below: each member has a reader. The
 * order of reading is fixed (name before stream before fields), so that messages can be exact.
 */
#include "tools/latarnia/command.h"

#include <sodium.h>
#include <stdarg.h>
#include <time.h>

#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/messages/registry.h"
#include "tools/latarnia/nearest.h"

enum { PAYLOAD_BYTES = 57344 }; /* schemas/bus.def: Command.payload */

#define SHOWN(text) (int)text_cut(text, 60).size, (text).size ? (text).data : ""

__attribute__((format(printf, 3, 4)))
static int refuse(struct render_fault *fault, const char *path, const char *format, ...) {
    va_list arguments;
    fault->field = NULL;
    snprintf(fault->path, sizeof fault->path, "%s", path);
    va_start(arguments, format);
    vsnprintf(fault->reason, sizeof fault->reason, format, arguments);
    va_end(arguments);
    return 1;
}

/* ---- ids ---- */

int command_read_id(struct text text, struct id *out) {
    char space[32];
    if (id_parse(text, out) == 0)
        return id_is_zero(*out);
    const char *slash = text.size ? memchr(text.data, '/', text.size) : NULL;
    size_t size = slash ? (size_t)(slash - text.data) : 0;
    if (!size || size >= sizeof space || size + 1 == text.size)
        return 1;
    memcpy(space, text.data, size);
    space[size] = 0;
    *out = id_named(space, (struct text){slash + 1, text.size - size - 1});
    return 0;
}

struct id command_new_id(void) {
    uint8_t random[10];
    struct timespec now;
    randombytes_buf(random, sizeof random);
    clock_gettime(CLOCK_REALTIME, &now);
    return id_v7((uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000, random);
}

static int name_as_id(void *context, const struct field *f, struct text name, struct id *out) {
    (void)context, (void)f;
    return command_read_id(name, out);
}

/* ---- payloads ---- */

static int encode(const struct schema *schema, const void *message, struct arena *arena,
                  struct bytes *out, struct render_fault *fault) {
    struct pack_writer w = {arena_get(arena, PAYLOAD_BYTES), 0, PAYLOAD_BYTES, false};
    if (!w.data)
        return refuse(fault, "fields", "expected a smaller command");
    struct codec_fault bad = codec_encode(schema, message, &w);
    if (bad.result)
        return refuse(fault, bad.field ? bad.field->name : "fields", "%s",
                      codec_result_text(bad.result));
    *out = bytes_of(w.data, w.size);
    return 0;
}

static int payload_of_event(void *context, const struct field *f, json_t *value,
                            struct arena *arena, struct bytes *out, struct render_fault *fault) {
    const char *name = json_object_iter_key(json_object_iter(value));
    const struct schema *s = name ? registry_by_name(text_of(name)) : NULL;
    (void)context;
    if (json_object_size(value) != 1 || !s)
        return refuse(fault, f->name, "expected base64 or {\"Event\": {fields}}");
    void *message = arena_get(arena, s->size);
    if (!message)
        return refuse(fault, f->name, "expected a smaller command");
    return render_from_json(s, json_object_get(value, name), arena, &command_names, message,
                            fault) ||
           encode(s, message, arena, out, fault);
}

/* Into a blob of the form, as base64 would be. */
static int set_words(struct render_form *form, const struct field *f, struct text value,
                     struct render_fault *fault) {
    struct bytes blob;
    json_t *object = json_loadb(value.data, value.size, JSON_REJECT_DUPLICATES, NULL);
    if (!object)
        return refuse(fault, f->name, "expected base64 or {\"Event\": {fields}}");
    int bad = payload_of_event(NULL, f, object, form->arena, &blob, fault);
    json_decref(object);
    if (bad)
        return 1;
    memcpy((uint8_t *)form->message + f->offset, &blob, sizeof blob);
    form->given |= 1ull << (f->number - 1);
    return 0;
}

int command_set_field(struct render_form *form, struct text name, struct text value,
                      struct render_fault *fault) {
    for (unsigned i = 0; i < form->schema->field_count; i++) {
        const struct field *f = &form->schema->fields[i];
        if (f->kind == KIND_BLOB && text_is(name, f->name) && value.size && value.data[0] == '{')
            return set_words(form, f, value, fault);
    }
    return render_set_field(form, name, value, fault);
}

json_t *command_reason(const char *reason) {
    char plain[256];
    json_t *text = json_string(reason);
    if (text)
        return text;
    snprintf(plain, sizeof plain, "%s", reason);
    for (char *at = plain; *at; at++)
        if ((unsigned char)*at > 0x7f)
            *at = '?';
    return json_string(plain);
}

const struct render_names command_names = {name_as_id, payload_of_event, NULL};

static const struct schema *schema_of(const struct Command *c) {
    return registry_by_type((uint16_t)c->type);
}

int command_set_payload(struct Command *c, const void *payload, struct arena *arena,
                        struct render_fault *fault) {
    return encode(schema_of(c), payload, arena, &c->payload, fault);
}

const char *command_daemon(const struct Command *c) {
    const struct category *category = registry_category((uint16_t)c->category);
    return category && strcmp(category->daemon, "any") != 0 ? category->daemon : NULL;
}

/* ---- what, where, who ---- */

static int no_such_command(struct text name, struct render_fault *fault) {
    char wanted[64];
    snprintf(wanted, sizeof wanted, "%.*s", SHOWN(name));
    struct nearest near = nearest_to(wanted);
    size_t count = registry_count();
    for (size_t i = 0; i < count; i++)
        if (registry_at(i)->about->command)
            nearest_try(&near, registry_at(i)->about->command);
    if (nearest_word(&near))
        return refuse(fault, "command", "there is no command '%s'; did you mean %s?", wanted,
                      nearest_word(&near));
    return refuse(fault, "command", "there is no command '%s'; latarnia schema list shows all",
                  wanted);
}

/* "a command of several events" is answered with their names. */
static int unknown_name(struct text name, struct render_fault *fault) {
    char names[120] = "";
    size_t used = 0, count = registry_count();
    for (size_t i = 0; i < count && used < sizeof names - 1; i++) {
        const struct about *a = registry_at(i)->about;
        if (!a->command || !text_is(name, a->command))
            continue;
        int n = snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", a->name);
        used += n > 0 ? (size_t)n : 0;
    }
    if (used)
        return refuse(fault, "command", "%.*s may mean several events: give one of %s",
                      SHOWN(name), names);
    return no_such_command(name, fault);
}

int command_set_name(struct Command *c, struct text name, struct render_fault *fault) {
    const struct schema *s = registry_by_name(name);
    if (!s)
        return unknown_name(name, fault);
    if (s->about->nature == NATURE_NONE || !s->about->command)
        return refuse(fault, "command", "%.*s cannot be asked for", SHOWN(name));
    c->type = s->about->type;
    c->category = s->about->category;
    return 0;
}

static int set_category(struct Command *c, struct text name, struct render_fault *fault) {
    const struct category *category = registry_category_by_name(name);
    if (!category)
        return refuse(fault, "stream", "there is no category '%.*s'", SHOWN(name));
    if (c->category && c->category != category->number)
        return refuse(fault, "stream", "%s lives in a stream of category %s, not %s",
                      schema_of(c)->about->name,
                      registry_category((uint16_t)c->category)->name, category->name);
    c->category = category->number;
    return 0;
}

/* "Case:0190..." or, where the event has one category, the id alone. */
int command_set_stream(struct Command *c, struct text stream, struct render_fault *fault) {
    const char *colon = stream.size ? memchr(stream.data, ':', stream.size) : NULL;
    struct text id = stream;
    if (colon) {
        size_t size = (size_t)(colon - stream.data);
        if (set_category(c, (struct text){stream.data, size}, fault))
            return 1;
        id = (struct text){colon + 1, stream.size - size - 1};
    }
    if (!c->category)
        return refuse(fault, "stream", "expected CATEGORY:ID, such as Case:0190...");
    if (command_read_id(id, &c->stream))
        return refuse(fault, "stream", "expected an id (UUID) or a printed key such as "
                      "building/B003; got '%.*s'", SHOWN(id));
    return 0;
}

int command_set_role(int32_t *role, struct text name, struct render_fault *fault) {
    const struct code_list *list = ROLE_codes();
    for (unsigned i = 0; i < list->count; i++)
        if (text_is(name, list->codes[i].name))
            return *role = list->codes[i].number, 0;
    return refuse(fault, "role", "there is no role '%.*s' (LS, GO, COORD, BIURO, ZLM ...)",
                  SHOWN(name));
}

int command_set_actor(struct Command *c, struct text actor, struct render_fault *fault) {
    const char *colon = actor.size ? memchr(actor.data, ':', actor.size) : NULL;
    if (!colon)
        return refuse(fault, "as", "expected ROLE:ACTOR, such as COORD:0190...");
    size_t size = (size_t)(colon - actor.data);
    if (command_set_role(&c->role, (struct text){actor.data, size}, fault))
        return 1;
    if (command_read_id((struct text){colon + 1, actor.size - size - 1}, &c->actor))
        return refuse(fault, "as", "expected the actor's id after the role");
    return 0;
}

/* ---- JSON ---- */

struct reading {
    struct Command *command;
    struct arena *arena;
    struct render_fault *fault;
};

static struct text text_in(json_t *value) {
    return (struct text){json_string_value(value), json_string_length(value)};
}

static int read_name(const struct reading *r, json_t *value) {
    return command_set_name(r->command, text_in(value), r->fault);
}

static int read_stream(const struct reading *r, json_t *value) {
    return command_set_stream(r->command, text_in(value), r->fault);
}

static int read_actor(const struct reading *r, json_t *value) {
    return command_set_actor(r->command, text_in(value), r->fault);
}

static int read_fields(const struct reading *r, json_t *value) {
    const struct schema *s = schema_of(r->command);
    void *message = arena_get(r->arena, s->size);
    if (!message)
        return refuse(r->fault, "fields", "expected a smaller command");
    return render_from_json(s, value, r->arena, &command_names, message, r->fault) ||
           command_set_payload(r->command, message, r->arena, r->fault);
}

/* Members that are fields of Command under a shorter or equal name: read by the schema. */
static const struct {
    const char *member, *field;
} plain_members[] = {
    {"id", "id"},
    {"unit", "unit"},
    {"decider", "decider"},
    {"evidence", "evidence"},
    {"legal_basis", "legal_basis"},
    {"on", "occurred_on"},
    {"at", "occurred_at"},
    {"case", "case_ref"},
    {"known_at", "known_at"},
    {"after", "after"},
    {"correlation", "correlation"},
    {"authority", "authority"},
    {"subjects", "subjects"},
};

static const struct {
    const char *member;
    int (*read)(const struct reading *r, json_t *value);
    int type;
} special_members[] = {
    {"command", read_name, JSON_STRING},
    {"stream", read_stream, JSON_STRING},
    {"as", read_actor, JSON_STRING},
    {"fields", read_fields, JSON_OBJECT}, /* the last: what is before is the head */
};

enum {
    PLAIN_COUNT = sizeof plain_members / sizeof *plain_members,
    SPECIAL_COUNT = sizeof special_members / sizeof *special_members,
    HEAD_COUNT = SPECIAL_COUNT - 1
};

static bool is_member(const char *key) {
    for (size_t i = 0; i < PLAIN_COUNT; i++)
        if (strcmp(key, plain_members[i].member) == 0)
            return true;
    for (size_t i = 0; i < SPECIAL_COUNT; i++)
        if (strcmp(key, special_members[i].member) == 0)
            return true;
    return false;
}

static int check_members(json_t *object, struct render_fault *fault) {
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return refuse(fault, "", "expected a JSON object with command, stream, as and fields");
    json_object_foreach (object, key, value)
        if (!is_member(key))
            return refuse(fault, "", "a command has no member '%.60s'", key);
    return 0;
}

/* One authority may stand without the brackets of its list. */
static json_t *as_list(json_t *value, const char *member) {
    bool bare = strcmp(member, "authority") == 0 && json_is_object(value);
    return bare ? json_pack("[O]", value) : json_incref(value);
}

/* What stands in `object` under the schema's names; the rest of Command is filled in afterwards. */
static json_t *plain_part(json_t *object) {
    json_t *part = json_object();
    for (size_t i = 0; i < PLAIN_COUNT; i++) {
        json_t *value = json_object_get(object, plain_members[i].member);
        if (value && !json_is_null(value))
            json_object_set_new(part, plain_members[i].field,
                                as_list(value, plain_members[i].member));
    }
    return part;
}

/* render_from_json wants every required member: what other readers bring is put in for a moment. */
static int read_plain(json_t *object, struct arena *arena, struct Command *out,
                      struct render_fault *fault) {
    static const char some_id[] = "00000000-0000-8000-8000-000000000001";
    json_t *part = plain_part(object);
    if (!json_object_get(part, "id"))
        json_object_set_new(part, "id", json_string(some_id));
    json_object_set_new(part, "stream", json_string(some_id));
    json_object_set_new(part, "actor", json_string(some_id));
    json_object_set_new(part, "type", json_integer(1));
    json_object_set_new(part, "category", json_integer(1));
    json_object_set_new(part, "role", json_string("LS"));
    json_object_set_new(part, "payload", json_string("AA=="));
    int bad = render_from_json(Command_schema(), part, arena, &command_names, out, fault);
    json_decref(part);
    if (!bad && !json_object_get(object, "id"))
        out->id = command_new_id();
    return bad;
}

static int read_special(json_t *object, size_t i, const struct reading *r) {
    static const char *const expected[] = {[JSON_OBJECT] = "an object", [JSON_STRING] = "text"};
    int type = special_members[i].type;
    json_t *value = json_object_get(object, special_members[i].member);
    if (!value || (int)json_typeof(value) != type)
        return refuse(r->fault, special_members[i].member, "expected %s", expected[type]);
    return special_members[i].read(r, value);
}

int command_head_from_json(json_t *object, struct arena *arena, struct Command *out,
                           struct render_fault *fault) {
    struct reading r = {out, arena, fault};
    if (check_members(object, fault) || read_plain(object, arena, out, fault))
        return 1;
    for (size_t i = 0; i < HEAD_COUNT; i++)
        if (read_special(object, i, &r))
            return 1;
    return 0;
}

int command_from_json(json_t *object, struct arena *arena, struct Command *out,
                      struct render_fault *fault) {
    struct reading r = {out, arena, fault};
    if (command_head_from_json(object, arena, out, fault))
        return 1;
    if (json_object_get(object, "fields"))
        return read_special(object, HEAD_COUNT, &r);
    json_t *none = json_object();
    int bad = read_fields(&r, none);
    json_decref(none);
    return bad;
}
