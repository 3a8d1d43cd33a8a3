#ifndef DAEMONS_DEBT_DEBT_FILE_H
#define DAEMONS_DEBT_DEBT_FILE_H

/*
 * One tenancy account in arrears (DOMAIN.md 4.3): its life cycle, its ledger, the agreements that
 * run on it and the risk ladder beside it. It may survive the move and the eviction (O10).
 *
 * The guards stand by what they speak of: account.c (statements, payments, endings), agreements.c
 * (relief and how it is kept), ladder.c (warning, termination).
 */
#include "common/domain/domain.h"
#include "common/messages/debt.h"
#include "daemons/debt/ledger.h"
#include "daemons/debt/risk.h"

enum { DEBT_REPORTED = 1, DEBT_VERIFIED, DEBT_REPAYING, DEBT_DEFAULTED, DEBT_ENFORCEMENT,
       DEBT_SETTLED, DEBT_WRITTEN_OFF, DEBT_CLOSED };

#define DEBT_OPEN                                                                          \
    (IN(DEBT_REPORTED) | IN(DEBT_VERIFIED) | IN(DEBT_REPAYING) | IN(DEBT_DEFAULTED) |       \
     IN(DEBT_ENFORCEMENT))
/* "any" of DOMAIN.md 4.7: not final. */
#define DEBT_ANY (DEBT_OPEN | IN(DEBT_SETTLED) | IN(DEBT_WRITTEN_OFF))

struct instalment_plan {
    struct id agreement;
    int64_t covered, instalment; /* grosz; the last one is the rest */
    civil_day first_due;
    uint16_t count, paid, missed; /* highest number that was paid, missed */
    bool is_running;
};

struct work_off {
    struct id agreement;
    int64_t minutes_done, minutes_credited;
    uint64_t signed_at; /* position: T8 */
    civil_day until;
    bool is_running, was_used; /* once per debtor (O10) */
};

struct write_off {
    struct id instrument;
    int64_t amount; /* grosz */
    bool is_conditional;
};

struct debt_file {
    struct life life;
    struct id household, debtor;
    struct ledger ledger;
    struct instalment_plan plan;
    struct work_off work;
    struct write_off write_off; /* the newest */
    struct risk risk;
    int64_t disputed; /* grosz in an open dispute */
    bool has_death;
};

extern const struct aggregate debt_file_aggregate;

/* What the file will be after the command's own event; for effects that look at the result. */
void debt_file_after(const struct decision *d, struct debt_file *out);

/* Day and sum of an instalment, from 1; and what all instalments up to it come to. */
civil_day instalment_due(const struct instalment_plan *plan, int64_t number);
int64_t instalments_sum(const struct instalment_plan *plan, int64_t number);

/* What arrived for the plan, by payments and otherwise. */
int64_t instalments_received(const struct debt_file *file);

#endif
