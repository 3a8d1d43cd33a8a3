#include "daemons/networking/support_network.h"

#include "common/messages/intake.h"
#include "common/messages/networking.h"
#include "daemons/networking/basis.h"
#include "daemons/networking/copies.h"
#include "daemons/networking/partner.h"

static int find(const struct support_network *n, struct id helper) {
    for (uint8_t i = 0; i < n->count; i++)
        if (id_equal(n->helpers[i], helper))
            return i;
    return -1;
}

static struct id helper_of(struct id partner, struct id person) {
    return id_is_zero(partner) ? person : partner;
}

/* The household a case is of, as far as networking was told; the case is the stream. */
static struct id check_own_case(struct decision *d) {
    struct id case_id = d->command->stream.id;
    const struct case_known *c = copy_of(d, COPY_CASE, case_id);
    struct id household = c ? c->household : (struct id){{0}};
    network_check_case(d, case_id, household);
    return household;
}

static void may_link(struct decision *d) {
    const struct HelperLinked *e = d->command->payload;
    const struct support_network *n = d->state;
    struct id helper = helper_of(e->partner, e->person);
    check_own_case(d);
    if (id_is_zero(helper) || (!id_is_zero(e->partner) && !id_is_zero(e->person)))
        reject(d, &RULE_HELPER_UNCLEAR, "partner");
    if (!id_is_zero(e->partner))
        network_check_partner(d, e->partner, "partner");
    if (find(n, helper) >= 0)
        refuse(d, &RULE_HELPER_LINKED_ALREADY, "partner");
    if (n->count == HELPERS_MAX)
        refuse(d, &RULE_NETWORK_FULL, "partner");
}

static void may_unlink(struct decision *d) {
    const struct HelperUnlinked *e = d->command->payload;
    if (find(d->state, helper_of(e->partner, e->person)) < 0)
        refuse(d, &RULE_HELPER_NOT_LINKED, "partner");
}

/* O6 art. 100, A36: what is not allowed by consent or statute is not shared. */
static void may_share(struct decision *d) {
    const struct InformationShared *e = d->command->payload;
    struct id household = check_own_case(d);
    network_check_partner(d, e->partner, "partner");
    network_check_basis(d, &(struct basis){.kind = e->basis,
                                           .consent = e->consent,
                                           .statute = e->statute,
                                           .purpose = CONSENT_PURPOSE_sharing,
                                           .household = household,
                                           .partner = e->partner});
}

static void may_reject_share(struct decision *d) {
    const struct ShareRejected *e = d->command->payload;
    const struct case_known *c = copy_of(d, COPY_CASE, d->command->stream.id);
    if (!c || !c->is_known)
        reject(d, &RULE_NETWORK_CASE_UNKNOWN, "stream");
    network_check_partner(d, e->partner, "partner");
}

static void network_evolve(void *state, const struct event *event) {
    struct support_network *n = state;
    if (event->type == EVENT_HelperLinked) {
        const struct HelperLinked *e = event->payload;
        struct id helper = helper_of(e->partner, e->person);
        if (n->count < HELPERS_MAX && find(n, helper) < 0)
            n->helpers[n->count++] = helper;
    } else if (event->type == EVENT_HelperUnlinked) {
        const struct HelperUnlinked *e = event->payload;
        int index = find(n, helper_of(e->partner, e->person));
        if (index >= 0)
            n->helpers[index] = n->helpers[--n->count];
    }
}

static const struct transition transitions[] = {
    {ANYWHERE, EVENT_HelperLinked, IN(NETWORK_KEPT), may_link, NULL},
    {EXISTING, EVENT_HelperUnlinked, SAME, may_unlink, NULL},
    {ANYWHERE, EVENT_InformationShared, IN(NETWORK_KEPT), may_share, NULL},
    {ANYWHERE, EVENT_ShareRejected, IN(NETWORK_KEPT), may_reject_share, NULL},
};

static const char *const states[] = {"none", "Kept"};

const struct aggregate support_network_aggregate = {
    .category = CATEGORY_SupportNetwork,
    .name = "SupportNetwork",
    .state_size = sizeof(struct support_network),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = network_evolve,
};
