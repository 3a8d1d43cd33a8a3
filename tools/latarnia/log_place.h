#ifndef TOOLS_LATARNIA_LOG_PLACE_H
#define TOOLS_LATARNIA_LOG_PLACE_H

/* Where the files of the log are: DIR/log, or DIR itself when it is a copy of that directory. */
enum { LOG_PLACE_BYTES = 4096 };

void log_place(char out[LOG_PLACE_BYTES]);

#endif
