#ifndef TOOLS_LATARNIA_DISPATCH_H
#define TOOLS_LATARNIA_DISPATCH_H

/* From words to a row of the command table. A name has one word or two ("log verify"). */
#include "tools/latarnia/cli.h"

/* The row and how many words its name took; NULL when the words name none. */
const struct cli_command *dispatch_find(int count, char **words, int *used);

/* Runs it with argv[0] = "latarnia NAME". */
int dispatch_run(const struct cli_command *c, int argc, char **argv);

/* "there is no command ...; did you mean ...?"; returns CLI_USAGE. */
int dispatch_unknown(int count, char **words);

#endif
