#include "daemons/debt/copies.h"

#include "common/messages/debt.h"

/* Keeps the newest `max`, each once. */
static void note(struct id *ids, uint8_t *count, uint8_t max, struct id id) {
    for (uint8_t i = 0; i < *count; i++)
        if (id_equal(ids[i], id))
            return;
    if (*count == max)
        memmove(ids, ids + 1, --*count * sizeof *ids);
    ids[(*count)++] = id;
}

static size_t keys_of_files(const struct event *event, struct id out[4]) {
    if (event->said->category != CATEGORY_DebtFile)
        return 0;
    switch (event->type) {
    case EVENT_ArrearsReported:
        out[0] = ((const struct ArrearsReported *)event->payload)->household;
        return 1;
    case EVENT_ArrearsReportRequested:
        out[0] = ((const struct ArrearsReportRequested *)event->payload)->household;
        return 1;
    case EVENT_SubjectRepointed: {
        const struct SubjectRepointed *e = event->payload;
        out[0] = e->from_household;
        out[1] = e->to_household;
        return 2;
    }
    default:
        return 0;
    }
}

static void forget(struct files_of_household *h, struct id file) {
    uint8_t kept = 0;
    for (uint8_t i = 0; i < h->count; i++)
        if (!id_equal(h->files[i], file))
            h->files[kept++] = h->files[i];
    h->count = kept;
}

static void evolve_files(void *copy, const struct event *event) {
    struct files_of_household *h = copy;
    struct id file = event->said->stream;
    if (event->type == EVENT_SubjectRepointed) {
        const struct SubjectRepointed *e = event->payload;
        if (id_equal(h->household, e->from_household)) {
            forget(h, file);
            return;
        }
        h->household = e->to_household;
    } else if (event->type == EVENT_ArrearsReported) {
        h->household = ((const struct ArrearsReported *)event->payload)->household;
    } else {
        h->household = ((const struct ArrearsReportRequested *)event->payload)->household;
    }
    note(h->files, &h->count, FILES_OF_HOUSEHOLD_MAX, file);
}

const struct copy files_copy = {
    .number = COPY_FILES,
    .name = "debt files of a household",
    .size = sizeof(struct files_of_household),
    .keys = keys_of_files,
    .evolve = evolve_files,
};

static size_t keys_of_requests(const struct event *event, struct id out[4]) {
    if (event->type != EVENT_ReliefRequested)
        return 0;
    out[0] = ((const struct ReliefRequested *)event->payload)->debt_file;
    return 1;
}

static void evolve_requests(void *copy, const struct event *event) {
    struct requests_of_file *f = copy;
    note(f->requests, &f->count, REQUESTS_OF_FILE_MAX, event->said->stream);
}

const struct copy requests_copy = {
    .number = COPY_REQUESTS,
    .name = "relief requests of a debt file",
    .size = sizeof(struct requests_of_file),
    .keys = keys_of_requests,
    .evolve = evolve_requests,
};
