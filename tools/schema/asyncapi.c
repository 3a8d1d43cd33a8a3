/*
 * AsyncAPI 3: who listens where, what may be asked of it, what it answers. The payloads are the
 * messages in words (tools/schema/json_schema.h); x-type and x-number are what the wire has
 * instead.
 */
#include "tools/schema/asyncapi.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/ensure.h"
#include "common/messages/bus.h"
#include "common/messages/registry.h"
#include "tools/schema/json_schema.h"

typedef const struct schema *schema_fn(void);

static const struct exchange {
    const char *channel;
    schema_fn *ask, *answer, *more; /* more: further parts of the same answer */
} exchanges[] = {
    {"eventlog", OpenTerm_schema, TermOpened_schema, NULL},
    {"eventlog", LookUp_schema, LookedUp_schema, NULL},
    {"eventlog", AppendBatch_schema, Appended_schema, NULL},
    {"eventlog", ReadFeed_schema, FeedPage_schema, NULL},
    {"eventlog", ReadStream_schema, StreamPage_schema, NULL},
    {"eventlog", AskLogState_schema, LogState_schema, NULL},
    {"eventlog", AskCheckpoint_schema, Checkpoint_schema, NULL},
    {"department", Command_schema, Answer_schema, NULL},
    {"department", AdvanceClock_schema, ClockAdvanced_schema, NULL},
    {"process", AskStatus_schema, Status_schema, NULL},
    {"projector", Query_schema, QueryAnswer_schema, QueryRows_schema},
    {"projector", AskViews_schema, Views_schema, NULL},
    {"projector", RebuildViews_schema, ViewsRebuilt_schema, NULL},
};

enum { EXCHANGES = sizeof exchanges / sizeof *exchanges };

static json_t *ref_to(const char *place, const char *name) {
    return json_pack("{s:s+}", "$ref", place, name);
}

static void add_message(json_t *messages, const struct schema *s) {
    const char *name = s ? s->about->name : NULL;
    if (s && !json_object_get(messages, name))
        json_object_set_new(messages, name, ref_to("#/components/messages/", name));
}

/* ---- channels ---- */

static json_t *zeromq(const char *socket, const char *peer, const char *parts) {
    return json_pack("{s:s, s:s, s:s}", "socket", socket, "peer", peer, "parts", parts);
}

static json_t *channel(const char *name, const char *address, const char *parameter,
                       const char *about) {
    json_t *messages = json_object();
    for (size_t i = 0; i < EXCHANGES; i++) {
        const struct exchange *e = &exchanges[i];
        if (strcmp(e->channel, name) != 0)
            continue;
        add_message(messages, e->ask());
        add_message(messages, e->answer());
        add_message(messages, e->more ? e->more() : NULL);
    }
    add_message(messages, Fault_schema());
    json_t *out = json_pack(
        "{s:s, s:s, s:o, s:o}", "address", address, "description", about, "messages", messages,
        "x-zeromq", zeromq("ROUTER", "DEALER",
               "request: correlation of 8 bytes | message; answer: correlation, 1 if more, message"));
    if (parameter)
        json_object_set_new(out, "parameters", json_pack("{s:{}}", parameter));
    return out;
}

static json_t *doorbell(void) {
    json_t *messages = json_object();
    add_message(messages, Doorbell_schema());
    return json_pack("{s:s, s:s, s:o, s:o}", "address", "doorbell.sock", "description",
                     "Says that the log has grown; losing a message is harmless.", "messages",
                     messages, "x-zeromq", zeromq("ROUTER", "DEALER", "message"));
}

/* Events have no socket of their own: they come inside FeedPage. */
static json_t *events(void) {
    json_t *messages = json_object();
    for (size_t i = 0; i < registry_count(); i++)
        if (registry_at(i)->about->nature != NATURE_NONE)
            add_message(messages, registry_at(i));
    return json_pack("{s:n, s:s, s:o}", "address", "description",
                     "The events inside the pages of ReadFeed in the named form.", "messages",
                     messages);
}

static json_t *channels(void) {
    json_t *out = json_object();
    json_object_set_new(out, "eventlog",
                        channel("eventlog", "eventlog.sock", NULL, "Keeps the log."));
    json_object_set_new(out, "department",
                        channel("department", "{department}.sock", "department",
                                "intake, relocation, debt, networking or monitoring: decides."));
    json_object_set_new(out, "projector",
                        channel("projector", "projector.sock", NULL, "Answers queries."));
    json_object_set_new(
        out, "process",
        channel("process", "{process}.sock", "process", "Every process, the eventlog too."));
    json_object_set_new(out, "doorbell", doorbell());
    json_object_set_new(out, "events", events());
    return out;
}

/* ---- operations ---- */

static json_t *in_channel(const char *channel, const struct schema *s) {
    return json_pack("{s:o}", "$ref",
                     json_sprintf("#/channels/%s/messages/%s", channel, s->about->name));
}

static json_t *operation(const struct exchange *e) {
    json_t *answers = json_array();
    json_array_append_new(answers, in_channel(e->channel, e->answer()));
    if (e->more)
        json_array_append_new(answers, in_channel(e->channel, e->more()));
    json_array_append_new(answers, in_channel(e->channel, Fault_schema()));
    return json_pack("{s:s, s:o, s:[o], s:{s:o, s:o}}", "action", "receive", "channel",
                     ref_to("#/channels/", e->channel), "messages",
                     in_channel(e->channel, e->ask()), "reply", "channel",
                     ref_to("#/channels/", e->channel), "messages", answers);
}

static json_t *telling(const char *channel) {
    return json_pack("{s:s, s:o}", "action", "send", "channel", ref_to("#/channels/", channel));
}

static json_t *operations(void) {
    json_t *out = json_object();
    for (size_t i = 0; i < EXCHANGES; i++)
        json_object_set_new(out, exchanges[i].ask()->about->name, operation(&exchanges[i]));
    json_object_set_new(out, "ring", telling("doorbell"));
    json_object_set_new(out, "tell", telling("events"));
    return out;
}

/* ---- components ---- */

static json_t *message(const struct schema *s) {
    json_t *out = json_pack("{s:s, s:s, s:o, s:i}", "name", s->about->name, "summary", s->about->en,
                            "payload", ref_to("#/components/schemas/", s->about->name), "x-type",
                            (int)s->about->type);
    if (s->about->nature != NATURE_NONE)
        json_object_set_new(out, "headers", ref_to("#/components/schemas/", "CloudEvent"));
    return out;
}

static json_t *components(void) {
    struct catalogue *c = malloc(sizeof *c);
    json_t *messages = json_object();
    ensure(c != NULL);
    catalogue_fill(c);
    json_t *schemas = json_schema_all(c, "#/components/schemas/");
    json_object_set_new(schemas, "CloudEvent", json_schema_attributes());
    for (size_t i = 0; i < registry_count(); i++)
        json_object_set_new(messages, registry_at(i)->about->name, message(registry_at(i)));
    free(c);
    return json_pack("{s:o, s:o}", "messages", messages, "schemas", schemas);
}

json_t *asyncapi_document(void) {
    json_t *server = json_pack("{s:s, s:s, s:s, s:{s:{s:s}}}", "host", "{data}/run", "protocol",
                               "zmq", "description", "ipc sockets in the data directory",
                               "variables", "data", "description", "the data directory");
    json_t *out =
        json_pack("{s:s, s:s, s:{s:s, s:s, s:s}, s:s, s:{s:o}}", "asyncapi", "3.0.0", "id",
                  "urn:latarnia", "info", "title", "Latarnia", "version", "0.1.0", "description",
                  "The protocol in words: schemas/PROTOCOL.md.", "defaultContentType",
                  "application/vnd.msgpack", "servers", "local", server);
    json_object_set_new(out, "channels", channels());
    json_object_set_new(out, "operations", operations());
    json_object_set_new(out, "components", components());
    return out;
}
