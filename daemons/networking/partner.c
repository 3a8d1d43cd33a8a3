#include "daemons/networking/partner.h"

#include "common/messages/networking.h"

#define OPEN (IN(PARTNER_IDENTIFIED) | IN(PARTNER_ACTIVE) | IN(PARTNER_DORMANT))

void network_check_partner(struct decision *d, struct id partner, const char *field) {
    const struct partner *p = state_of(d, CATEGORY_Partner, partner);
    if (!p || p->life.state == NONE)
        reject(d, &RULE_PARTNER_UNKNOWN, field);
    else if (p->life.state == PARTNER_CLOSED)
        refuse(d, &RULE_PARTNER_GONE, field);
}

/* What was merged or doubled goes on under another entry, so that nobody searches in vain. */
static void may_close(struct decision *d) {
    const struct PartnerClosed *e = d->command->payload;
    if (e->reason == PARTNER_END_ceased)
        return;
    if (id_is_zero(e->successor) || id_equal(e->successor, d->command->stream.id))
        refuse(d, &RULE_SUCCESSOR_NEEDED, "successor");
    else
        network_check_partner(d, e->successor, "successor");
}

static void partner_evolve(void *state, const struct event *event) {
    (void)state;
    (void)event;
}

static const struct transition transitions[] = {
    {IN(NONE), EVENT_PartnerIdentified, IN(PARTNER_IDENTIFIED), NULL, NULL},
    {OPEN, EVENT_PartnerContacted, IN(PARTNER_ACTIVE), NULL, NULL},
    {IN(PARTNER_ACTIVE), EVENT_PartnerDormant, IN(PARTNER_DORMANT), NULL, NULL},
    {OPEN, EVENT_PartnerClosed, IN(PARTNER_CLOSED), may_close, NULL},
};

static const char *const states[] = {"none", "Identified", "Active", "Dormant", "Closed"};

const struct aggregate partner_aggregate = {
    .category = CATEGORY_Partner,
    .name = "Partner",
    .state_size = sizeof(struct partner),
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .final = IN(PARTNER_CLOSED),
    .transitions = transitions,
    .transition_count = sizeof transitions / sizeof *transitions,
    .evolve = partner_evolve,
};
