#ifndef COMMON_CODEC_SCHEMA_H
#define COMMON_CODEC_SCHEMA_H

/*
 * What a message is: the tables that schemas/ *.def expand to. Codec, JSON, help, forms and exports
 * read these tables and nothing else; schema_structs.h and schema_tables.h hold the expansions.
 *
 * An absent optional field is a zero value in the struct (no id, no text, no items, day 0, 0, false)
 * and no key on the wire; a zero value is never written for an optional field and refused when read,
 * so that a message has exactly one encoding. A required id, text, code or day is never zero.
 */
#include "common/base/civil.h"
#include "common/base/id.h"
#include "common/base/view.h"

enum kind {
    KIND_ID,     /* struct id, 16 bytes */
    KIND_DAY,    /* civil_day */
    KIND_TIME,   /* int64_t, UTC microseconds */
    KIND_MONEY,  /* int64_t, grosz */
    KIND_INT,    /* int64_t within [min, max] */
    KIND_RATIO,  /* int64_t, millionths: a share, an average or a score without floats */
    KIND_FLAG,   /* bool */
    KIND_CODE,   /* int32_t, one of a code list */
    KIND_TEXT,   /* struct text, at most max bytes of UTF-8 */
    KIND_BLOB,   /* struct bytes, at most max */
    KIND_SEALED, /* struct bytes; until the vault exists every value is refused (DESIGN.md 5) */
    KIND_LIST,   /* struct <record>_list, at most max records */
};

/* Who may be shown a field (DOMAIN.md 3 "Sensitivity"): public, pseudonymous, personal, special. */
enum class { CLASS_P0, CLASS_P1, CLASS_P2, CLASS_P3 };

struct code {
    const char *name; /* as in JSON and on the command line */
    int32_t number;   /* as on the wire; never reused */
    const char *en, *pl;
};

struct code_list {
    const char *name;
    const struct code *codes;
    unsigned count;
};

struct schema;

struct field {
    const char *name;
    uint8_t number;   /* key on the wire, 1..64, ascending, never reused */
    uint8_t kind;
    int64_t min, max; /* KIND_INT bounds; max bytes of text and blob, max items of a list */
    const struct code_list *(*codes)(void);
    const struct schema *(*record)(void);
    bool required;
    uint8_t class;
    size_t offset; /* of the member in the struct */
    const char *en, *pl;
};

/* Kinds of event (DOMAIN.md 3 "Two kinds of guard", A49). */
enum nature {
    NATURE_NONE, /* not an event: a record, a bus message or a row */
    NATURE_OWN,  /* Latarnia's own decision or record: refused when a guard fails */
    NATURE_FACT, /* happened outside: always recorded; breached, it still moves the state */
    NATURE_ACT,  /* a legal act from outside: always recorded; breached, it has no effect */
    NATURE_TIMER /* a term has passed: written by `system` only */
};

/* What a message is called and who may say it. */
struct about {
    const char *name;
    uint16_t type;     /* number on the wire; 0 for a nested record */
    uint16_t category; /* of the stream an event lives in; 0 where it lives in any */
    uint8_t nature, class;
    uint32_t recorders, deciders; /* bits 1 << enum role; 0 deciders: needs no decider */
    const char *command;          /* name of the command that asks for the event */
    const char *en, *pl;
};

struct schema {
    const struct about *about;
    size_t size; /* of the struct */
    const struct field *fields;
    unsigned field_count;
};

/* A rule that a command can break: what the officer is told (DOMAIN.md, O and A tags). */
struct rule {
    const char *code; /* as in a rejection: CASELOAD_LIMIT */
    const char *tag;  /* where the rule comes from: S0, O2, A24 ... */
    const char *en, *pl;
};

struct category {
    const char *name;
    uint16_t number;
    const char *daemon;
    const char *en, *pl;
};

#endif
