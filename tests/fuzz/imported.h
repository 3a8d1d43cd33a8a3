#ifndef TESTS_FUZZ_IMPORTED_H
#define TESTS_FUZZ_IMPORTED_H

/*
 * What `latarnia import` promises of a file, whatever its bytes: each row is a command that its
 * schema takes or is told as rejected in one JSON object, and the same file gives the same
 * commands.
 */
#include <stdio.h>

#include "common/base/view.h"
#include "tools/latarnia/import.h"

typedef int import_reader(struct import *im, const char *path, FILE *in);

/* True when every row was taken. */
bool check_import(struct bytes file, import_reader *read);

#endif
