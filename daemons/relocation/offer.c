/* Offers of a dwelling, their answers and their end (A24, O15, O16). T21. */
#include "daemons/relocation/dwelling.h"
#include "daemons/relocation/landlord.h"
#include "daemons/relocation/steps.h"

void check_suitable(struct decision *d, const struct relocation *r, uint8_t regime,
                    struct id dwelling, const char *field) {
    const struct PolicySetAdopted *policy = d->facts->policy;
    const struct dwelling *before = state_of(d, CATEGORY_Dwelling, r->dwelling);
    const struct dwelling *after = state_of(d, CATEGORY_Dwelling, dwelling);
    struct room_norm norm = {policy->room_area_per_person, policy->room_area_single};
    if (!is_statutory(regime) || !before || !after)
        return;
    if (!replacement_ok(&before->housing, &after->housing, r->persons, norm))
        refuse(d, &RULE_NOT_SUITABLE, field);
}

/* Three by default, more with ZLM's reason; the last one says that it is the last (A24). */
static void check_number(struct decision *d, const struct OfferMade *e) {
    const struct relocation *r = d->state;
    int64_t number = r->offers + 1, limit = d->facts->policy->offers;
    if (number > limit && !e->extra)
        refuse(d, &RULE_TOO_MANY_OFFERS, "extra");
    if (e->last != (number >= limit))
        refuse(d, &RULE_LAST_OFFER_UNCLEAR, "last");
}

void may_offer_dwelling(struct decision *d) {
    const struct relocation *r = d->state;
    const struct OfferMade *e = d->command->payload;
    by_landlord(d);
    if (r->life.state == RELOCATION_OFFERING && !id_is_zero(r->to))
        refuse(d, &RULE_OFFER_OPEN, "stream");
    check_free(d, e->dwelling, "dwelling");
    check_suitable(d, r, r->regime, e->dwelling, "dwelling");
    check_number(d, e);
}

/* Reserved in the same commit; what was accepted before is free again. */
void keep_offered(struct decision *d) {
    const struct relocation *r = d->state;
    const struct OfferMade *e = d->command->payload;
    if (!id_equal(r->to, e->dwelling))
        release_dwelling(d, r->to);
    reserve_dwelling(d, e->dwelling);
}

static bool is_offered(const struct relocation *r, struct id dwelling) {
    return !id_is_zero(r->to) && id_equal(r->to, dwelling);
}

static bool has_seen(const struct relocation *r, struct id dwelling) {
    for (size_t i = 0; i < VIEWED_MAX; i++)
        if (id_equal(r->viewed[i], dwelling))
            return true;
    return false;
}

void may_accept_offer(struct decision *d) {
    const struct relocation *r = d->state;
    const struct OfferAccepted *e = d->command->payload;
    by_landlord(d);
    if (!is_offered(r, e->dwelling))
        refuse(d, &RULE_NO_OFFER, "dwelling");
    if (!e->viewing_waived && !has_seen(r, e->dwelling))
        refuse(d, &RULE_NOT_VIEWED, "viewing_waived");
}

void may_refuse_offer(struct decision *d) {
    const struct OfferRefused *e = d->command->payload;
    by_landlord(d);
    if (!is_offered(d->state, e->dwelling))
        refuse(d, &RULE_NO_OFFER, "dwelling");
}

void may_withdraw_offer(struct decision *d) {
    const struct OfferWithdrawn *e = d->command->payload;
    by_landlord(d);
    if (!is_offered(d->state, e->dwelling))
        refuse(d, &RULE_NO_OFFER, "dwelling");
}

void may_withdraw_acceptance(struct decision *d) {
    const struct relocation *r = d->state;
    by_landlord(d);
    if (r->life.state == RELOCATION_OFFERING)
        refuse(d, &RULE_NO_OFFER, "stream");
}

/* Effect of every end of a promise: the dwelling is free again, unless it was let meanwhile. */
void give_dwelling_back(struct decision *d) {
    const struct relocation *r = d->state;
    enum nature nature = (enum nature)d->command->schema->about->nature;
    if (nature == NATURE_ACT && is_breached(d))
        return;
    release_dwelling(d, r->to);
}

static void take_offer_back(struct relocation *r) {
    r->to = (struct id){{0}};
    r->offer_at = 0;
}

static void make_offer(struct relocation *r, const struct event *event) {
    const struct OfferMade *e = event->payload;
    r->to = e->dwelling;
    r->offers++;
    r->is_last_offer = e->last;
    r->offer_at = event->position;
    r->offered_on = event->said->occurred_on;
}

void offer_evolve(struct relocation *r, const struct event *event) {
    switch (event->type) {
    case EVENT_OfferMade:
        make_offer(r, event);
        break;
    case EVENT_DwellingViewed:
        r->viewed[r->viewings++ % VIEWED_MAX] =
            ((const struct DwellingViewed *)event->payload)->dwelling;
        break;
    case EVENT_OfferAccepted:
        r->offer_at = 0;
        break;
    case EVENT_OfferRefused:
        take_offer_back(r);
        r->life.state = r->is_last_offer ? RELOCATION_OFFER_REFUSED_FINAL : RELOCATION_OFFERING;
        break;
    case EVENT_OfferWithdrawn:
        take_offer_back(r);
        r->offers -= r->offers > 0; /* does not count (A24) */
        break;
    case EVENT_OfferExpired:
    case EVENT_AcceptanceWithdrawn:
    case EVENT_RelocationCancelled:
        take_offer_back(r);
        break;
    default:
        break;
    }
}

void offer_terms(const struct relocation *r, const struct PolicySetAdopted *policy,
                 struct steps_timers *timers) {
    if (r->life.state == RELOCATION_OFFERING && r->offer_at)
        add_relocation_term(timers, 21, r->offer_at,
                            term_days(r->offered_on, (int)policy->offer_answer_days),
                            OfferExpired_schema());
}
