/*
 * NATS JetStream with file storage. An acknowledgement of this release means write(2): it flushes
 * every two minutes, so its appends are not durable when they are told. From its second event on a
 * subject carries the expected sequence.
 *
 *   nats append URL METRIC CLIENTS SECONDS
 *   nats replay URL METRIC
 */
#include <nats/nats.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/sheet.h"
#include "tests/harness/rng.h"

enum { STREAMS = 10000, EVENT_BYTES = 250, CLIENTS_MAX = 64 };

static void check(natsStatus s) {
    must(s == NATS_OK, "NATS: %s", natsStatus_GetText(s));
}

struct client {
    pthread_t thread;
    const char *url;
    unsigned number;
    uint64_t run, span;
    double seconds;
    uint64_t sequences[STREAMS];
    struct latencies latencies;
};

static void publish(struct client *c, jsCtx *js, struct rng *rng) {
    char subject[64], body[EVENT_BYTES];
    jsPubOptions options;
    jsPubAck *ack = NULL;
    uint64_t stream = rng_below(rng, c->span);
    memset(body, 'a', sizeof body);
    snprintf(subject, sizeof subject, "events.%llu.%u.%llu", (unsigned long long)c->run, c->number,
             (unsigned long long)stream);
    check(jsPubOptions_Init(&options));
    options.ExpectLastSubjectSeq = c->sequences[stream]; /* 0: not asked */
    check(js_Publish(&ack, js, subject, body, sizeof body, &options, NULL));
    c->sequences[stream] = ack->Sequence;
    jsPubAck_Destroy(ack);
}

static void *append(void *context) {
    struct client *c = context;
    natsConnection *connection;
    jsCtx *js;
    struct rng rng;
    rng_init(&rng, c->run + c->number);
    check(natsConnection_ConnectTo(&connection, c->url));
    check(natsConnection_JetStream(&js, connection, NULL));
    int64_t start = clock_ns(), now = start;
    while ((double)(now - start) < c->seconds * 1e9) {
        int64_t begin = now;
        publish(c, js, &rng);
        now = clock_ns();
        latencies_add(&c->latencies, now - begin);
    }
    jsCtx_Destroy(js);
    natsConnection_Destroy(connection);
    return NULL;
}

static void open_stream(const char *url) {
    natsConnection *connection;
    jsCtx *js;
    jsStreamConfig config;
    jsStreamInfo *info = NULL;
    const char *subjects[] = {"events.>"};
    check(natsConnection_ConnectTo(&connection, url));
    check(natsConnection_JetStream(&js, connection, NULL));
    check(jsStreamConfig_Init(&config));
    config.Name = "EVENTS";
    config.Subjects = subjects;
    config.SubjectsLen = 1;
    config.Storage = js_FileStorage;
    if (js_GetStreamInfo(&info, js, "EVENTS", NULL, NULL) != NATS_OK)
        check(js_AddStream(&info, js, &config, NULL, NULL));
    jsStreamInfo_Destroy(info);
    jsCtx_Destroy(js);
    natsConnection_Destroy(connection);
}

static void measure_appends(const char *url, const char *metric, unsigned clients, double seconds) {
    static struct client all[CLIENTS_MAX];
    struct latencies together = {0};
    uint64_t run = (uint64_t)clock_ns();
    must(clients > 0 && clients <= CLIENTS_MAX, "1 to %d clients", CLIENTS_MAX);
    open_stream(url);
    for (unsigned i = 0; i < clients; i++) {
        all[i] = (struct client){.url = url, .number = i, .run = run, .seconds = seconds};
        all[i].span = STREAMS / clients;
        must(!pthread_create(&all[i].thread, NULL, append, &all[i]), "no thread");
    }
    for (unsigned i = 0; i < clients; i++) {
        pthread_join(all[i].thread, NULL);
        for (size_t k = 0; k < all[i].latencies.count; k++)
            latencies_add(&together, all[i].latencies.ns[k]);
    }
    tell(metric, (double)together.count / seconds, "appends/s");
    tell_latencies(metric, &together);
}

static void measure_replay(const char *url, const char *metric) {
    natsConnection *connection;
    jsCtx *js;
    jsSubOptions options;
    natsSubscription *subscription;
    jsStreamInfo *info = NULL;
    natsMsg *message;
    uint64_t events = 0;
    check(natsConnection_ConnectTo(&connection, url));
    check(natsConnection_JetStream(&js, connection, NULL));
    check(js_GetStreamInfo(&info, js, "EVENTS", NULL, NULL));
    uint64_t wanted = info->State.Msgs;
    check(jsSubOptions_Init(&options));
    options.Ordered = true;
    check(js_SubscribeSync(&subscription, js, "events.>", NULL, &options, NULL));
    natsSubscription_SetPendingLimits(subscription, -1, -1);
    int64_t start = clock_ns();
    for (; events < wanted; events++) {
        check(natsSubscription_NextMsg(&message, subscription, 5000));
        natsMsg_Destroy(message);
    }
    tell(metric, (double)events * 1e9 / (double)(clock_ns() - start), "records/s");
    fflush(stdout);
    _exit(0); /* this library can crash while it takes an ordered consumer down */
}

int main(int argc, char **argv) {
    if (argc == 6 && strcmp(argv[1], "append") == 0)
        measure_appends(argv[2], argv[3], (unsigned)atoi(argv[4]), atof(argv[5]));
    else if (argc == 4 && strcmp(argv[1], "replay") == 0)
        measure_replay(argv[2], argv[3]);
    else
        give_up("see the head of nats.c");
    return 0;
}
