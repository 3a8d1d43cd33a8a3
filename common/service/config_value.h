#ifndef COMMON_SERVICE_CONFIG_VALUE_H
#define COMMON_SERVICE_CONFIG_VALUE_H

#include "common/service/config.h"

/* 0, or 1 when the text is not of the key's kind or out of its bounds. */
int config_value_read(const struct config_entry *e, const char *text, int64_t *out);

#endif
