/*
 * What views look at: the aggregate whose own evolve() keeps the state, and what is counted beside
 * it. A category that is not here is of no interest to any view.
 */
#include "daemons/projector/store.h"

#include "common/messages/monitoring.h"
#include "common/messages/networking.h"
#include "daemons/debt/debt_file.h"
#include "daemons/debt/relief_request.h"
#include "daemons/intake/domain.h"
#include "daemons/monitoring/effect.h"
#include "daemons/networking/dzm.h"
#include "daemons/networking/help_request.h"
#include "daemons/networking/info_request.h"
#include "daemons/networking/partner.h"
#include "daemons/networking/support_network.h"
#include "daemons/projector/helping.h"
#include "daemons/projector/moving.h"
#include "daemons/projector/owing.h"
#include "daemons/projector/support.h"
#include "daemons/projector/team.h"
#include "daemons/relocation/relocation.h"
#include "daemons/relocation/return.h"
#include "daemons/relocation/zone.h"

static const struct shelf shelves[] = {
    {CATEGORY_Worker, &worker_aggregate, 0, NULL},
    {CATEGORY_Area, &area_aggregate, sizeof(struct area_facts), area_note},
    {CATEGORY_KeeperLoad, NULL, sizeof(struct keeper_facts), keeper_note},
    {CATEGORY_Household, NULL, sizeof(struct household_facts), household_note},
    {CATEGORY_Referral, &referral_aggregate, sizeof(struct referral_facts), referral_note},
    {CATEGORY_Case, &case_aggregate, sizeof(struct case_facts), case_note},
    {CATEGORY_Visit, NULL, sizeof(struct visit_facts), visit_note},
    {CATEGORY_Zone, &zone_aggregate, 0, NULL},
    {CATEGORY_Relocation, &relocation_aggregate, sizeof(struct relocation_facts), relocation_note},
    {CATEGORY_Return, &return_aggregate, sizeof(struct return_facts), return_note},
    {CATEGORY_DebtFile, &debt_file_aggregate, sizeof(struct debt_facts), debt_note},
    {CATEGORY_ReliefRequest, &relief_request_aggregate, sizeof(struct relief_facts), relief_note},
    {CATEGORY_Partner, &partner_aggregate, sizeof(struct partner_facts), partner_note},
    {CATEGORY_SupportNetwork, NULL, sizeof(struct network_facts), network_note},
    {CATEGORY_InfoRequest, &info_request_aggregate, sizeof(struct info_facts), info_note},
    {CATEGORY_HelpRequest, &help_request_aggregate, sizeof(struct help_facts), help_note},
    {CATEGORY_Dzm, &dzm_aggregate, sizeof(struct dzm_facts), dzm_note},
    {CATEGORY_PolicySet, NULL, sizeof(struct policy_facts), policy_note},
    {CATEGORY_Effect, &effect_aggregate, 0, NULL},
};

enum { SHELF_COUNT = sizeof shelves / sizeof *shelves };
_Static_assert(SHELF_COUNT <= (int)SHELVES_MAX, "the store has a pool for each");

size_t shelves_count(void) {
    return SHELF_COUNT;
}

const struct shelf *shelves_at(uint8_t number) {
    return &shelves[number];
}

/* Categories are numbered in blocks of 0x100 a daemon, each from 1: the pair finds the shelf. */
uint8_t shelves_of(uint16_t category) {
    enum { DAEMONS = 6, KINDS = 16 };
    static const uint8_t by_category[DAEMONS][KINDS] = {
#define AT(name, number) [CATEGORY_##name >> 8][CATEGORY_##name & 15] = (number) + 1
        AT(Worker, 0),       AT(Area, 1),
        AT(KeeperLoad, 2),   AT(Household, 3),
        AT(Referral, 4),     AT(Case, 5),
        AT(Visit, 6),        AT(Zone, 7),
        AT(Relocation, 8),   AT(Return, 9),
        AT(DebtFile, 10),    AT(ReliefRequest, 11),
        AT(Partner, 12),     AT(SupportNetwork, 13),
        AT(InfoRequest, 14), AT(HelpRequest, 15),
        AT(Dzm, 16),         AT(PolicySet, 17),
        AT(Effect, 18),
#undef AT
    };
    unsigned daemon = category >> 8, kind = category & 0xff;
    uint8_t found = daemon < DAEMONS && kind < KINDS ? by_category[daemon][kind] : 0;
    return (uint8_t)(found ? found - 1 : NO_SHELF);
}
