#include "daemons/relocation/copies.h"

#include "common/messages/relocation.h"

static size_t moves_keys(const struct event *event, struct id out[4]) {
    const struct SubjectRepointed *repointed = event->payload;
    switch (event->type) {
    case EVENT_RelocationAnnounced:
        out[0] = ((const struct RelocationAnnounced *)event->payload)->household;
        return 1;
    case EVENT_EmergencyMoveRecorded:
        out[0] = ((const struct EmergencyMoveRecorded *)event->payload)->household;
        return 1;
    case EVENT_ReturnOpened:
        out[0] = ((const struct ReturnOpened *)event->payload)->household;
        return 1;
    case EVENT_ReturnHolderChanged:
        out[0] = ((const struct ReturnHolderChanged *)event->payload)->household;
        return 1;
    case EVENT_SubjectRepointed:
        if (event->said->category != CATEGORY_Relocation &&
            event->said->category != CATEGORY_Return)
            return 0;
        out[0] = repointed->to_household;
        return 1;
    default:
        return 0;
    }
}

static void moves_evolve(void *copy, const struct event *event) {
    struct moves *m = copy;
    for (uint8_t i = 0; i < m->count; i++)
        if (id_equal(m->ids[i], event->said->stream))
            return;
    if (m->count == MOVES_MAX)
        memmove(m->ids, m->ids + 1, --m->count * sizeof *m->ids);
    m->ids[m->count++] = event->said->stream;
}

const struct copy moves_copy = {
    .number = COPY_MOVES,
    .name = "moves",
    .size = sizeof(struct moves),
    .keys = moves_keys,
    .evolve = moves_evolve,
};
