#include "common/codec/word.h"

#include "common/base/ensure.h"
#include "common/base/money.h"

_Static_assert((int)WORD_SIZE >= (int)MONEY_TEXT_SIZE && (int)WORD_SIZE >= (int)MOMENT_TEXT_SIZE,
               "the id is the longest");

const char *word_of(const struct field *f, const void *at, char out[WORD_SIZE]) {
    ensure(f != NULL && at != NULL);
    switch (f->kind) {
    case KIND_ID:
        id_format(*(const struct id *)at, out);
        return out;
    case KIND_DAY:
        civil_format((civil_day)number_of(f, at), out);
        return out;
    case KIND_TIME:
        moment_format(number_of(f, at), out);
        return out;
    case KIND_MONEY:
        money_format(number_of(f, at), out);
        return out;
    default:
        return NULL;
    }
}

bool word_is_told(const struct field *f, const void *at, enum class highest) {
    if (f->kind == KIND_SEALED || f->class > highest)
        return false;
    return !is_absent(f, at) || (f->required && may_be_zero(f));
}
