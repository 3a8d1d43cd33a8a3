#ifndef COMMON_BASE_MONEY_H
#define COMMON_BASE_MONEY_H

/* Money is integer grosz (DOMAIN.md 3). "1234.50" and "1234,50" parse; output has a dot. */
#include "common/base/view.h"

enum { MONEY_TEXT_SIZE = 32 };

/* 0, or 1 when the text is no amount with at most two decimals below 10^12 zł. */
int money_parse(struct text text, int64_t *out_grosz);
void money_format(int64_t grosz, char out[MONEY_TEXT_SIZE]);

#endif
