#include "tools/latarnia/cloudevent.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/codec/member.h"
#include "common/codec/render.h"
#include "common/messages/registry.h"
#include "tools/latarnia/link.h"

static const char *category_name(const struct said *said) {
    const struct category *c = registry_category((uint16_t)said->category);
    return c ? c->name : "unknown";
}

/* Every department has one stream in the category of all: id_named("reactions", its name). */
static const char *reacting(struct id stream) {
    for (int i = 0; i < LINK_PROCESSES; i++)
        if (id_equal(stream, id_named("reactions", text_of(link_processes[i]))))
            return link_processes[i];
    return "unknown";
}

static const char *source_name(const struct said *said) {
    const struct category *c = registry_category((uint16_t)said->category);
    if (said->category == CATEGORY_Reactions)
        return reacting(said->stream);
    return c ? c->daemon : "unknown";
}

static void put_id(json_t *o, const char *key, struct id id) {
    char text[ID_TEXT_SIZE];
    if (id_is_zero(id))
        return;
    id_format(id, text);
    json_object_set_new(o, key, json_string(text));
}

static void put_time(json_t *o, const char *key, int64_t us) {
    char text[MOMENT_TEXT_SIZE];
    moment_format(us, text);
    json_object_set_new(o, key, json_string(text));
}

static void put_decimal(json_t *o, const char *key, int64_t n) {
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, n);
    json_object_set_new(o, key, json_string(text));
}

static void put_code(json_t *o, const char *key, const struct code_list *list, int32_t number) {
    const struct code *c = code_of(list, number);
    if (number && c)
        json_object_set_new(o, key, json_string(c->name));
}

static void put_identity(json_t *o, const struct record *r) {
    char text[120], stream[ID_TEXT_SIZE];
    json_object_set_new(o, "specversion", json_string("1.0"));
    put_id(o, "id", r->said.id);
    snprintf(text, sizeof text, "/latarnia/%s", source_name(&r->said));
    json_object_set_new(o, "source", json_string(text));
    snprintf(text, sizeof text, "pl.lodz.latarnia.%s.v%" PRId64, r->schema->about->name,
             r->said.schema_version);
    json_object_set_new(o, "type", json_string(text));
    id_format(r->said.stream, stream);
    snprintf(text, sizeof text, "%s:%s", category_name(&r->said), stream);
    json_object_set_new(o, "subject", json_string(text));
    put_time(o, "time", r->said.occurred_at ? r->said.occurred_at : r->log.known_at);
    put_decimal(o, "sequence", r->log.position);
}

/* Rules that the fact missed, "CODE,CODE". */
static void put_breach(json_t *o, const struct said *said) {
    char codes[400] = "";
    size_t used = 0;
    for (uint32_t i = 0; i < said->breach.count && used < sizeof codes; i++) {
        struct text rule = said->breach.items[i].rule;
        int n = snprintf(codes + used, sizeof codes - used, "%s%.*s", i ? "," : "",
                         (int)rule.size, rule.data);
        used += n > 0 ? (size_t)n : 0;
    }
    if (used)
        json_object_set_new(o, "breach", json_string(codes));
}

static void put_envelope(json_t *o, const struct record *r) {
    char day[CIVIL_TEXT_SIZE];
    const struct said *s = &r->said;
    civil_format(s->occurred_on, day);
    json_object_set_new(o, "occurredon", json_string(day));
    put_time(o, "recordedat", r->log.recorded_at);
    put_time(o, "knownat", r->log.known_at);
    put_decimal(o, "streamversion", r->log.version);
    put_id(o, "actor", s->actor);
    put_code(o, "role", ROLE_codes(), s->role);
    put_code(o, "decider", ROLE_codes(), s->decider);
    put_id(o, "caseref", s->case_ref);
    put_id(o, "command", s->command);
    if (s->cause)
        put_decimal(o, "cause", s->cause);
    if (s->policy_version)
        put_decimal(o, "policyversion", s->policy_version);
    put_breach(o, s);
    if (s->correlation.size)
        json_object_set_new(o, "traceparent",
                            json_stringn(s->correlation.data, s->correlation.size));
}

json_t *cloudevent(const struct record *r) {
    json_t *o = json_object();
    json_t *data = render_json(r->schema, r->payload, RENDER_NAMES, CLASS_P3);
    put_identity(o, r);
    json_object_set_new(o, "datacontenttype", json_string("application/json"));
    put_envelope(o, r);
    if (json_object_set_new(o, "data", data) == 0)
        return o;
    json_decref(o);
    return NULL;
}

json_t *cloudevent_record(const struct record *r) {
    return json_pack("{s:I, s:o, s:o, s:s, s:s, s:o}", "position", (json_int_t)r->log.position,
                     "log", render_json(log_part_schema(), &r->log, RENDER_NAMES, CLASS_P3),
                     "said", render_json(said_schema(), &r->said, RENDER_NAMES, CLASS_P3),
                     "category", category_name(&r->said), "type", r->schema->about->name,
                     "payload", render_json(r->schema, r->payload, RENDER_NAMES, CLASS_P3));
}
