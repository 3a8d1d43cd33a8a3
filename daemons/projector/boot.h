#ifndef DAEMONS_PROJECTOR_BOOT_H
#define DAEMONS_PROJECTOR_BOOT_H

/*
 * Did the machine go down while unflushed tables were open? The file `state` beside them holds the
 * id of the boot that writes them, or "flushed". Also the few directory moves that tables need.
 */

enum boot_result { BOOT_OK = 0, BOOT_TORN = 1, BOOT_E_SYSTEM };

struct boot {
    char path[512];
};

enum boot_result boot_begin(struct boot *boot, const char *dir);
void boot_end(const struct boot *boot);

#endif
