#ifndef TESTS_SCENARIOS_SPEAK_H
#define TESTS_SCENARIOS_SPEAK_H

/*
 * From the words of a line to messages. Names stand for ids: every name has one id, whatever it
 * names; a number is the area of that number.
 *
 *   ROLE:actor Command-or-Event Category:name field=value ... [option=value ...]
 *
 * Options, unless the event has a field of that name: on, decider, authority=body/number/day,
 * evidence, unit, legal_basis, case_ref, at; breach (foreign events only).
 */
#include "common/codec/render.h"
#include "tests/scenarios/script.h"
#include "tests/scenarios/world.h"

struct id name_id(struct text name);

/* "Case:C1". 0, or 1 with the reason in `why`. */
enum { WHY_SIZE = RENDER_FAULT_SIZE + 64 };
int speak_stream(struct text word, struct stream *out, char why[WHY_SIZE]);

/* Schema by the name of an event, or of a command that names one event of the category. */
const struct schema *speak_schema(struct text name, uint16_t category);

enum speak_result { SPEAK_OK = 0, SPEAK_E_WORDS = 1, SPEAK_E_CONTENT };

/* Fills a command from the words behind `given` or `when`; SPEAK_E_CONTENT: the words are right,
 * but the content does not fit the schema; `field` is at fault. */
enum speak_result speak_command(struct world *w, const struct text *words, size_t count,
                                struct arena *arena, struct Command *out, const char **field,
                                char why[WHY_SIZE]);

/* Sends the event behind `foreign` into the world. 0, or 1. */
int speak_foreign(struct world *w, const struct text *words, size_t count, struct arena *arena,
                  char why[WHY_SIZE]);

/* Do the given fields have these values in the message? Yes: 0; no or unknown: 1. */
int speak_compare(const struct schema *schema, const void *message, const struct text *words,
                  size_t count, struct arena *arena, char why[WHY_SIZE]);

#endif
