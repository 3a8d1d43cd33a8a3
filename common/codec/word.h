#ifndef COMMON_CODEC_WORD_H
#define COMMON_CODEC_WORD_H

/* What JSON and the named form of the feed share: which fields are told, and the kinds whose values
 * are told as text. */
#include "common/codec/member.h"

enum { WORD_SIZE = ID_TEXT_SIZE };

/* An id, a day, a moment or an amount as text; NULL for every other kind. */
const char *word_of(const struct field *f, const void *at, char out[WORD_SIZE]);

/* Is the field told to a reader of this class? An absent one is not; a sealed one never is. */
bool word_is_told(const struct field *f, const void *at, enum class highest);

#endif
