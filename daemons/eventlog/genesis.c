/*
 * The beginning of a log and what is derived from it at every start: one scan gives the heads, the
 * command ids, the clocks and whether older history may still come in.
 */
#include <openssl/evp.h>
#include <stdio.h>

#include "common/base/ensure.h"
#include "common/codec/codec.h"
#include "common/codec/pack.h"
#include "common/codec/scan.h"
#include "common/messages/registry.h"
#include "common/service/diag.h"
#include "common/service/entropy.h"
#include "daemons/eventlog/keeper.h"

static const char origin[] = "latarnia.lodz/eventlog";

static void note_migration(struct keeper *k, const struct record *r) {
    struct LogOpened opened;
    if (r->said.type == EVENT_MigrationClosed)
        k->migration = false;
    if (r->said.type == EVENT_LogOpened &&
        !codec_decode(LogOpened_schema(), r->payload_bytes, &k->requests, &opened).result)
        k->migration = opened.migration;
}

static int take(void *context, uint64_t position, struct bytes bytes) {
    struct keeper *k = context;
    struct record r;
    size_t mark = k->requests.used;
    if (record_peek(bytes, &k->requests, &r) || (uint64_t)r.log.position != position) {
        diag(DIAG_ERROR, "the record at position %llu cannot be read: run latarnia log verify",
             (unsigned long long)position);
        return 1;
    }
    index_take(k->index, &r);
    k->last_recorded_us = r.log.recorded_at;
    k->last_known_us = r.log.known_at;
    note_migration(k, &r);
    k->requests.used = mark;
    return 0;
}

int genesis_load(struct keeper *k) {
    uint64_t next;
    int r = reader_visit(log_reader(k->log), 1, UINT64_MAX, take, k, &next);
    k->next = log_next_position(k->log);
    return r;
}

/* SHA-256 over names, numbers and kinds of all fields: which schemas the log was opened under. */
static void digest_schemas(uint8_t out[32]) {
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    unsigned size = 32;
    ensure(md && EVP_DigestInit_ex(md, EVP_sha256(), NULL));
    for (size_t i = 0; i < registry_count(); i++) {
        const struct schema *s = registry_at(i);
        char line[160];
        int n = snprintf(line, sizeof line, "%s %u\n", s->about->name, s->about->type);
        EVP_DigestUpdate(md, line, (size_t)n);
        for (unsigned f = 0; f < s->field_count; f++) {
            n = snprintf(line, sizeof line, "%u %s %u\n", s->fields[f].number, s->fields[f].name,
                         s->fields[f].kind);
            EVP_DigestUpdate(md, line, (size_t)n);
        }
    }
    ensure(EVP_DigestFinal_ex(md, out, &size));
    EVP_MD_CTX_free(md);
}

int32_t keeper_write(struct keeper *k, const struct record *half, struct bytes said_bytes,
                     int64_t first, int64_t count, int64_t known_at_us) {
    struct head *h = index_head(k->index, (uint16_t)half->said.category, half->said.stream);
    struct log_part part = {
        .position = (int64_t)k->next,
        .recorded_at = k->last_recorded_us,
        .known_at = known_at_us,
        .version = (int64_t)h->version + 1,
        .previous = (int64_t)h->position,
        .first = first,
        .count = count,
        .epoch = (int64_t)log_epoch(k->log),
    };
    size_t room = said_bytes.size + half->payload_bytes.size + 128;
    uint8_t *at = batch_reserve(&k->filling, room < SCAN_RECORD_BYTES ? room : SCAN_RECORD_BYTES);
    struct pack_writer w = {at, 0, room < SCAN_RECORD_BYTES ? room : SCAN_RECORD_BYTES, false};
    if (!at || record_join(&part, said_bytes, half->payload_bytes, &w))
        return OUTCOME_full;
    batch_finish(&k->filling, w.size);
    h->version++;
    h->position = k->next++;
    return 0;
}

/* A record of the eventlog itself: the same path as everybody's. */
static int write_own(struct keeper *k, const struct said *said, const struct schema *schema,
                     const void *payload) {
    uint8_t buffer[4096];
    struct record half;
    struct bytes said_bytes;
    struct pack_writer w = {buffer, 0, sizeof buffer, false};
    ensure(!record_encode_half(said, schema, payload, &w));
    ensure(!record_open_half(bytes_of(w.data, w.size), &k->requests, &half, &said_bytes));
    int64_t first = (int64_t)k->next;
    k->last_recorded_us = keeper_now_us();
    if (k->last_recorded_us > k->last_known_us)
        k->last_known_us = k->last_recorded_us;
    /* In a migration the first day is older than the log: only LogOpened keeps known_at low. */
    int64_t known = schema == LogOpened_schema() && k->migration ? 0 : k->last_known_us;
    if (schema == LogOpened_schema() && k->migration)
        k->last_known_us = 0;
    if (keeper_write(k, &half, said_bytes, first, 1, known))
        return -28;
    struct known_command c = {said->command, index_digest(said->digest), (uint64_t)first, 1};
    index_add_command(k->index, &c);
    return appends_submit(k);
}

static struct said own_said(struct id id, uint16_t type, const uint8_t digest[32]) {
    return (struct said){
        .id = id,
        .category = CATEGORY_Log,
        .stream = id_named("log", text_of("lodz")),
        .type = type,
        .schema_version = 1,
        .occurred_on = civil_in_warsaw(keeper_now_us()),
        .actor = id_named("daemon", text_of("eventlog")),
        .role = ROLE_SYSTEM,
        .sensitivity = 0,
        .retention = RETENTION_A,
        .command = id,
        .digest = bytes_of(digest, 32),
    };
}

int genesis_open(struct keeper *k, bool migration) {
    uint8_t schemas[32], random[10];
    digest_schemas(schemas);
    entropy_fill(random, sizeof random);
    struct id id = id_v7((uint64_t)keeper_now_ms(), random);
    struct said said = own_said(id, EVENT_LogOpened, schemas);
    struct LogOpened opened = {
        .origin = text_of(origin),
        .log_id = id,
        .schemas = bytes_of(schemas, sizeof schemas),
        .migration = migration,
    };
    k->migration = migration;
    return write_own(k, &said, LogOpened_schema(), &opened);
}

static int tell_closed(struct keeper *k, const struct bus_peer *peer, uint64_t position) {
    struct written *event = arena_get(&k->requests, sizeof *event);
    ensure(event != NULL);
    *event = (struct written){.position = (int64_t)position, .type = EVENT_MigrationClosed};
    struct Answer answer = {.outcome = OUTCOME_accepted,
                            .position = (int64_t)position,
                            .events = {event, 1}};
    return bus_server_answer(k->server, peer, Answer_schema(), &answer, false);
}

int genesis_close_migration(struct keeper *k, const struct bus_peer *peer,
                            const struct Command *command) {
    struct MigrationClosed closed;
    uint8_t digest[32] = {0};
    const struct known_command *known = index_command(k->index, command->id);
    if (known) /* sent again because the first answer was lost: nothing in it is undurable by now */
        return tell_closed(k, peer, known->first);
    if (!k->migration || codec_decode(MigrationClosed_schema(), command->payload, &k->requests,
                                      &closed).result)
        return keeper_fault(k, peer, OUTCOME_malformed);
    memcpy(digest, command->id.bytes, sizeof command->id.bytes);
    struct said said = own_said(command->id, EVENT_MigrationClosed, digest);
    said.actor = command->actor;
    said.role = command->role;
    uint64_t position = k->next;
    k->migration = false;
    int r = write_own(k, &said, MigrationClosed_schema(), &closed);
    /* Nothing is said before it is durable. */
    while (!r && k->next > position && log_durable_size(k->log) < position) {
        struct bus_waitable item = {.fd = log_fd(k->log)};
        r = bus_wait(&item, 1, 100);
        r = r ? r : appends_answer(k);
    }
    if (!r && k->next <= position)
        return keeper_fault(k, peer, OUTCOME_full); /* refused after all */
    return r ? r : tell_closed(k, peer, position);
}
