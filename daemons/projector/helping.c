#include "daemons/projector/helping.h"

#include "common/messages/networking.h"

static void identify(struct partner_facts *f, const struct PartnerIdentified *p) {
    f->name_size = (uint8_t)(p->name.size < PARTNER_NAME_MAX ? p->name.size : PARTNER_NAME_MAX);
    memset(f->name, 0, sizeof f->name);
    memcpy(f->name, p->name.data, f->name_size);
    f->domain = p->domain;
    f->kind = p->kind;
    f->area = (uint8_t)p->area;
}

void partner_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct partner_facts *f = counts;
    (void)state;
    (void)before;
    if (e->type == EVENT_PartnerIdentified)
        identify(f, e->payload);
    if (e->type != EVENT_PartnerContacted)
        return;
    f->contacts++;
    if (e->said->occurred_on > f->last_contact)
        f->last_contact = e->said->occurred_on;
}

static uint8_t helper_at(const struct network_facts *f, struct id id) {
    uint8_t i = 0;
    while (i < f->count && !id_equal(f->helpers[i], id))
        i++;
    return i;
}

static void link_helper(struct network_facts *f, struct id id, bool is_partner) {
    if (id_is_zero(id) || helper_at(f, id) < f->count || f->count == NETWORK_HELPERS_MAX)
        return;
    f->helpers[f->count] = id;
    if (is_partner) {
        f->helpers[f->count] = f->helpers[f->partners];
        f->helpers[f->partners++] = id;
    }
    f->count++;
}

static void unlink_helper(struct network_facts *f, struct id id) {
    uint8_t at = helper_at(f, id);
    if (id_is_zero(id) || at == f->count)
        return;
    if (at < f->partners) {
        f->helpers[at] = f->helpers[--f->partners];
        at = f->partners;
    }
    f->helpers[at] = f->helpers[--f->count];
    f->helpers[f->count] = (struct id){{0}};
}

void network_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct network_facts *f = counts;
    (void)state;
    (void)before;
    if (e->type == EVENT_HelperLinked) {
        const struct HelperLinked *linked = e->payload;
        link_helper(f, linked->partner, true);
        link_helper(f, linked->person, false);
    } else if (e->type == EVENT_HelperUnlinked) {
        const struct HelperUnlinked *unlinked = e->payload;
        unlink_helper(f, unlinked->partner);
        unlink_helper(f, unlinked->person);
    }
}

void help_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct help_facts *f = counts;
    (void)state;
    (void)before;
    if (e->type == EVENT_HelpRequested) {
        const struct HelpRequested *asked = e->payload;
        f->case_id = asked->case_id;
        f->household = asked->household;
        f->partner = asked->partner;
        f->requested_on = e->said->occurred_on;
    } else if (e->type == EVENT_HelpProvided || e->type == EVENT_HelpDeclined) {
        f->answered_on = e->said->occurred_on;
    } else if (e->type == EVENT_SubjectRepointed) {
        f->household = ((const struct SubjectRepointed *)e->payload)->to_household;
    }
}

void info_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct info_facts *f = counts;
    (void)state;
    (void)before;
    if (e->type == EVENT_InfoRequestReceived) {
        const struct InfoRequestReceived *asked = e->payload;
        f->case_id = asked->case_id;
        f->household = asked->household;
    } else if (e->type == EVENT_SubjectRepointed) {
        f->household = ((const struct SubjectRepointed *)e->payload)->to_household;
    }
}

static void convene(struct dzm_facts *f, const struct event *e) {
    const struct DzmConvened *convened = e->payload;
    f->case_id = convened->case_id;
    f->household = convened->household;
    f->worker = e->said->actor;
    f->convened_on = e->said->occurred_on;
    f->was_convened = true;
}

static void propose(struct dzm_facts *f, const struct event *e) {
    const struct DzmProposed *proposed = e->payload;
    f->case_id = proposed->case_id;
    f->household = proposed->household;
}

void dzm_note(void *counts, const void *state, uint8_t before, const struct event *e) {
    struct dzm_facts *f = counts;
    (void)state;
    (void)before;
    if (!has_effect(e))
        return;
    switch (e->type) {
    case EVENT_DzmProposed:
        propose(f, e);
        break;
    case EVENT_DzmConvened:
        convene(f, e);
        break;
    case EVENT_DzmMeetingHeld:
        f->meetings++;
        break;
    case EVENT_DzmTaskAssigned:
        f->assigned++;
        break;
    case EVENT_DzmTaskDone:
        f->done++;
        break;
    case EVENT_DzmTaskToPlan:
        f->to_plan++;
        break;
    case EVENT_DzmTaskHandedOver:
        f->handed_over++;
        break;
    case EVENT_DzmTaskDropped:
        f->dropped++;
        break;
    case EVENT_DzmClosed:
    case EVENT_DzmDissolved:
        f->ended_on = e->said->occurred_on;
        break;
    case EVENT_SubjectRepointed:
        f->household = ((const struct SubjectRepointed *)e->payload)->to_household;
        break;
    default:
        break;
    }
}
