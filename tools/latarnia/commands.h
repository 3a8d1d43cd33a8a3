#ifndef TOOLS_LATARNIA_COMMANDS_H
#define TOOLS_LATARNIA_COMMANDS_H

/* Every command of the table in commands.c: its function and, where it has any, its options. */
#include "tools/latarnia/cli.h"

int completion_main(int argc, char **argv);
int config_main(int argc, char **argv);
int doctor_main(int argc, char **argv);
int down_main(int argc, char **argv);
int feed_main(int argc, char **argv);
int figures_main(int argc, char **argv);
int help_main(int argc, char **argv);
int import_main(int argc, char **argv);
int log_backup_main(int argc, char **argv);
int log_checkpoint_main(int argc, char **argv);
int log_dump_main(int argc, char **argv);
int log_key_main(int argc, char **argv);
int log_prove_main(int argc, char **argv);
int log_restore_main(int argc, char **argv);
int log_stat_main(int argc, char **argv);
int log_verify_main(int argc, char **argv);
int query_main(int argc, char **argv);
int replay_main(int argc, char **argv);
int schema_list_main(int argc, char **argv);
int schema_show_main(int argc, char **argv);
int schema_export_main(int argc, char **argv);
int send_main(int argc, char **argv);
int simulate_main(int argc, char **argv);
int status_main(int argc, char **argv);
int up_main(int argc, char **argv);
int view_diff_main(int argc, char **argv);
int view_digest_main(int argc, char **argv);
int view_list_main(int argc, char **argv);
int view_rebuild_main(int argc, char **argv);

extern const struct cli_option config_options[], feed_options[], figures_options[], import_options[],
    log_dump_options[], log_prove_options[], log_restore_options[], log_verify_options[],
    query_options[], replay_options[], schema_export_options[], send_options[], simulate_options[], up_options[];

/* Ends with NULL. */
extern const char *const schema_export_formats[];

/* --json alone. */
extern const struct cli_option json_option[];
error_t take_json(int key, char *arg, struct argp_state *state); /* input: bool * */

#endif
