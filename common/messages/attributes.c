#include "common/messages/attributes.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "common/base/ensure.h"
#include "common/codec/member.h"
#include "common/messages/registry.h"

const char *attributes_category(const struct said *said) {
    const struct category *c = registry_category((uint16_t)said->category);
    return c ? c->name : "unknown";
}

/* Every department has one stream in the category of all: id_named("reactions", its name). */
static const char *reacting(struct id stream) {
    for (size_t i = 0; i < registry_category_count(); i++) {
        const char *daemon = registry_category_at(i)->daemon;
        if (id_equal(stream, id_named("reactions", text_of(daemon))))
            return daemon;
    }
    return "unknown";
}

static const char *source_name(const struct said *said) {
    const struct category *c = registry_category((uint16_t)said->category);
    if (said->category == CATEGORY_Reactions)
        return reacting(said->stream);
    return c ? c->daemon : "unknown";
}

static void put(struct attributes *a, const char *name, struct text value) {
    ensure(a->count < ATTRIBUTES_MAX);
    a->items[a->count++] = (struct attribute){name, value};
}

/* The values of one record fit: the longest are eight codes of 40 bytes. */
__attribute__((format(printf, 3, 4))) static void put_words(struct attributes *a, const char *name,
                                                            const char *format, ...) {
    char *start = a->text + a->used;
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(start, sizeof a->text - a->used, format, arguments);
    va_end(arguments);
    ensure(size >= 0 && (size_t)size < sizeof a->text - a->used);
    a->used += (size_t)size + 1;
    put(a, name, (struct text){start, (size_t)size});
}

static void put_id(struct attributes *a, const char *name, struct id id) {
    char text[ID_TEXT_SIZE];
    if (id_is_zero(id))
        return;
    id_format(id, text);
    put_words(a, name, "%s", text);
}

static void put_time(struct attributes *a, const char *name, int64_t us) {
    char text[MOMENT_TEXT_SIZE];
    moment_format(us, text);
    put_words(a, name, "%s", text);
}

static void put_number(struct attributes *a, const char *name, int64_t n) {
    if (n)
        put_words(a, name, "%" PRId64, n);
}

static void put_role(struct attributes *a, const char *name, int32_t role) {
    const struct code *c = code_of(ROLE_codes(), role);
    if (c)
        put_words(a, name, "%s", c->name);
}

static void put_identity(struct attributes *a, const struct record *r) {
    char stream[ID_TEXT_SIZE];
    id_format(r->said.stream, stream);
    put_words(a, "specversion", "1.0");
    put_id(a, "id", r->said.id);
    put_words(a, "source", "/latarnia/%s", source_name(&r->said));
    put_words(a, "type", "pl.lodz.latarnia.%s.v%" PRId64, r->schema->about->name,
              r->said.schema_version);
    put_words(a, "subject", "%s:%s", attributes_category(&r->said), stream);
    put_time(a, "time", r->said.occurred_at ? r->said.occurred_at : r->log.known_at);
    put_number(a, "sequence", r->log.position);
}

/* Rules that the fact missed, "CODE,CODE". */
static void put_breach(struct attributes *a, const struct said *said) {
    char codes[8 * 41 + 1] = "";
    size_t used = 0;
    for (uint32_t i = 0; i < said->breach.count; i++) {
        struct text rule = said->breach.items[i].rule;
        ensure(used + rule.size + 1 < sizeof codes);
        if (i)
            codes[used++] = ',';
        memcpy(codes + used, rule.data, rule.size);
        used += rule.size;
    }
    if (used)
        put_words(a, "breach", "%.*s", (int)used, codes);
}

/* Whoever sent the command wrote it: shown only where it is what the standard calls a traceparent.
 */
static void put_trace(struct attributes *a, struct text correlation) {
    for (size_t i = 0; i < correlation.size; i++)
        if (correlation.data[i] <= ' ' || correlation.data[i] > '~')
            return;
    if (correlation.size)
        put(a, "traceparent", correlation);
}

static void put_envelope(struct attributes *a, const struct record *r) {
    char day[CIVIL_TEXT_SIZE];
    const struct said *s = &r->said;
    civil_format(s->occurred_on, day);
    put_words(a, "occurredon", "%s", day);
    put_time(a, "recordedat", r->log.recorded_at);
    put_time(a, "knownat", r->log.known_at);
    put_number(a, "streamversion", r->log.version);
    put_id(a, "actor", s->actor);
    put_role(a, "role", s->role);
    put_role(a, "decider", s->decider);
    put_id(a, "caseref", s->case_ref);
    put_id(a, "command", s->command);
    put_number(a, "cause", s->cause);
    put_number(a, "policyversion", s->policy_version);
    put_breach(a, s);
    put_trace(a, s->correlation);
}

void attributes_of(const struct record *r, struct attributes *out) {
    out->count = out->used = 0;
    put_identity(out, r);
    put_envelope(out, r);
}
