#include "tools/latarnia/log_place.h"

#include <stdio.h>
#include <unistd.h>

#include "tools/latarnia/cli.h"

void log_place(char out[LOG_PLACE_BYTES]) {
    snprintf(out, LOG_PLACE_BYTES, "%s/data.mdb", cli_data());
    bool is_log = access(out, F_OK) == 0;
    snprintf(out, LOG_PLACE_BYTES, is_log ? "%s" : "%s/log", cli_data());
}
