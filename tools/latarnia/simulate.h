#ifndef TOOLS_LATARNIA_SIMULATE_H
#define TOOLS_LATARNIA_SIMULATE_H

/*
 * latarnia simulate: an invented register of households with its history, calibrated to
 * data/lodz/figures.csv. Nobody in it exists. The same seed gives the same bytes.
 *
 * A history is told day by day: everybody in it (a household that moves, a case, a debt file, a
 * worker) is a chain of steps, each of which says something and plans the next one. What a step says
 * becomes a line of commands.ndjson; the rules of the departments must accept all of it, so what one
 * department needs from another was said on an earlier day.
 */
#include <stdio.h>

#include "common/base/civil.h"
#include "common/base/id.h"
#include "common/messages/envelope.h"
#include "tests/harness/rng.h"
#include "tools/latarnia/works.h"

enum { TEAM_MAX = 24, AREA_COUNT = 8, WORKS_MAX = 160, PERSONS_MAX = 9, PARTNERS_MAX = 128 };
enum { SIM_DEPARTMENTS = 5 };

struct sim;
typedef void step_fn(struct sim *s, void *subject);

struct voice {
    int32_t role;
    struct id id;
};

/* ---- the team ---- */

struct worker {
    struct id id;
    int32_t role;
    int stage, places;
    bool is_active;            /* inducted and here */
    bool has_left;
    int area;                  /* host of */
    struct worker *substitute; /* acts for this one while it is away */
    civil_day hired;
};

/* ---- buildings, households ---- */

struct person {
    struct id id;
    int role; /* MEMBER_ROLE */
    int born;
    bool is_gone;
};

struct home_building {
    struct works works;
    struct id id;
    unsigned homes, moved, waves; /* waves: announcements still to come */
    civil_day deadline;           /* everybody has moved by then */
    bool is_emptying, is_emptied, must_empty;
};

struct flat {
    struct id id;
    int area; /* of the rooms, dm² */
    int rooms, floor;
    bool wc, bath, heating, gas;
};

/* Where a relocation stands, as far as the next step depends on it. */
enum move_state { MOVE_NONE, MOVE_ANNOUNCED, MOVE_INFORMED, MOVE_DIAGNOSED, MOVE_OFFERED,
                  MOVE_ACCEPTED, MOVE_REFUSED_FINAL, MOVE_INDICATED, MOVE_SERVED, MOVE_ORDERED,
                  MOVE_PLANNED, MOVE_DONE, MOVE_CLOSED };

enum { MOVE_BLOCKERS = 4 };

struct blocker_said {
    struct id id;
    const char *kind;
    bool is_open;
};

struct move {
    struct id id, to;
    int regime; /* 1 .. 6 */
    enum move_state state;
    civil_day announce_on, offered_on, move_on, moved_on, vacate_by, deadline, not_before;
    int offers;      /* that count */
    step_fn *answer; /* to the open offer */
    bool stays;       /* not moved on the last day */
    bool wants_zone;  /* announced under R4, goes on under R1 */
    bool is_emergency;
    bool asked, returns_open, goes_by_letter, goes_to_order, is_enforced;
    bool has_title, is_settled, is_back;
    int64_t to_reimburse;
    int failures;
    const char *wish; /* yes, no, undecided */
    struct blocker_said blockers[MOVE_BLOCKERS];
    int blocker_count;
    bool had_debt_blocker;
    int checks; /* settled: bit 0 the first, bit 1 the second */
};

struct support;
struct debt;

struct home {
    unsigned number;
    struct id id;
    struct home_building *building;
    struct person persons[PERSONS_MAX];
    int person_count;
    struct flat flat;
    civil_day registered;
    struct move move;
    struct id referral;
    struct support *support; /* its case, closed ones too */
    struct debt *debt;
    bool has_split;
    bool is_ended;
};

struct partner {
    struct id id;
    char kind[32], domain[24];
    civil_day from;
    civil_day contacted;
};

/* ---- everything ---- */

struct lines {
    char *data;
    size_t size, capacity;
};

struct task {
    civil_day day;
    uint64_t order;
    step_fn *run;
    void *subject;
};

struct sim {
    struct rng rng;
    uint64_t seed, commands, ids;
    civil_day first, last, today;
    struct task *tasks;
    size_t task_count, task_capacity;
    uint64_t task_order;

    /* head members of the next thing said */
    const char *evidence;
    int32_t decider;
    const char *authority_body;
    struct id about_case;

    struct lines said[SIM_DEPARTMENTS]; /* today, by department */
    FILE *out;

    struct worker team[TEAM_MAX];
    int team_count;
    struct worker *hosts[AREA_COUNT + 1]; /* lead or acting host */
    struct worker *coordinator;

    struct home_building *buildings;
    size_t building_count;
    struct home *homes;
    size_t home_count;
    struct partner partners[PARTNERS_MAX];
    size_t partner_count;

    void **owned; /* supports, debts: freed at the end */
    size_t owned_count, owned_capacity;
    int waiting; /* cases on the waiting list */
    int conferences;
};

/* ---- time and chance (simulate_time.c) ---- */

void sim_open(struct sim *s, uint64_t seed, FILE *commands);
void sim_close(struct sim *s);
void sim_run(struct sim *s);
/* On that day, but never in the past; after the last day it never happens. */
void plan_on(struct sim *s, civil_day day, step_fn *run, void *subject);
/* On a working day `least` to `most` days from now. */
void plan_in(struct sim *s, int least, int most, step_fn *run, void *subject);
civil_day workday_in(struct sim *s, int least, int most);
int between(struct sim *s, int least, int most);
bool chance(struct sim *s, int permille);
const char *one_of(struct sim *s, const char *const *words, size_t count);
#define ONE_OF(s, ...) \
    one_of(s, (const char *const[]){__VA_ARGS__}, \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
struct id new_id(struct sim *s);
struct id new_command_id(struct sim *s);
void *owned(struct sim *s, size_t size);

/* ---- speaking (simulate_say.c) ---- */

/*
 * One command. Fields as "name=%x ...": %i id (absent when zero), %d int, %l int64, %s text (absent
 * when NULL), %D day (absent when 0), %m grosz, %t flag, %T flag that is absent when false, %j JSON.
 */
struct id say(struct sim *s, struct voice by, const char *event, struct id stream,
              const char *fields, ...);
/* The same with all fields as one JSON object. */
struct id say_object(struct sim *s, struct voice by, const char *event, struct id stream,
                     const char *object);
/* New entries about the entry that a command made: it does not count, or has another content. */
void say_void(struct sim *s, struct voice by, const char *category, struct id stream,
              struct id command, const char *reason);
void say_correction(struct sim *s, struct voice by, const char *category, struct id stream,
                    struct id command, civil_day right_day, const char *right);
/* For the next say(): the resident decided; an outside body did, by a document; the case. */
void by_resident(struct sim *s);
void decided_by(struct sim *s, int32_t decider, const char *body);
void in_case(struct sim *s, struct id case_id);
void say_flush(struct sim *s);
const char *role_name(int32_t role);
/* JSON pieces for %j. */
const char *jsonf(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
struct id_words {
    char text[ID_TEXT_SIZE];
};
struct id_words words_of(struct id id);

/* Writes register.csv, commands.ndjson and last_day; 0 or an exit code after a sentence. */
int simulate_write(uint64_t seed, unsigned households, const char *dir);
void simulate_history(struct sim *s);

/* ---- the parts of the story ---- */

void tell_beginning(struct sim *s); /* units, policy, indicators, zone */
void tell_team(struct sim *s);
void tell_partners(struct sim *s);
void tell_moves(struct sim *s);
void tell_supports(struct sim *s);
void tell_debts(struct sim *s);
void tell_families(struct sim *s); /* births, deaths, splits */

struct voice biuro(void);
struct voice unit_voice(int32_t role);
struct voice voice_of(const struct worker *w); /* or of the substitute */
struct voice landlord(const struct sim *s);    /* ZLM, before it the bureau */
bool has_zlm(const struct sim *s);
struct voice coordinator(const struct sim *s);
bool has_team(const struct sim *s);
struct voice host_of(const struct sim *s, const struct home *h); /* GO, COORD or the bureau */
struct voice answer_voice(const struct sim *s, const struct home *h); /* GO or landlord */
struct worker *any_guide(struct sim *s);

int make_homes(struct sim *s, unsigned households);
int write_register(const struct sim *s, FILE *out);
int persons_of(const struct home *h);
struct partner *partner_of_domain(struct sim *s, const char *domain);

/* mistakes that somebody notices some days later (simulate_mistakes.c); `right`: {"Event":{...}} */
void void_soon(struct sim *s, struct voice by, const char *category, struct id stream,
               struct id command);
void correct_soon(struct sim *s, struct voice by, const char *category, struct id stream,
                  struct id command, civil_day right_day, const char *right);

/* between the parts */
void debt_agreed(struct sim *s, struct home *h);   /* the blocker falls by reaction */
void debt_wanted(struct sim *s, struct home *h);   /* a blocker asks for a statement */
void home_announced(struct sim *s, struct home *h); /* a case may follow */
void home_moved(struct sim *s, struct home *h);
void supports_without_guide(struct sim *s, const struct worker *left);

#endif
