/* The one table behind dispatch, help, --help, completion and "did you mean". */
#include "tools/latarnia/commands.h"

const struct cli_option json_option[] = {
    {"json", 'j', NULL, "Print JSON", "Wypisz JSON"},
    {NULL, 0, NULL, NULL, NULL},
};

error_t take_json(int key, char *arg, struct argp_state *state) {
    (void)arg;
    if (key != 'j')
        return ARGP_ERR_UNKNOWN;
    *(bool *)state->input = true;
    return 0;
}

const struct cli_command cli_commands[] = {
    {"up", up_main, "", "Start all processes and watch over them until SIGTERM or Ctrl-C",
     "Uruchom wszystkie usługi i czuwaj nad nimi do SIGTERM lub Ctrl-C", up_options},
    {"down", down_main, "", "Stop what `up` started and wait for it",
     "Zatrzymaj to, co uruchomiło `up`, i poczekaj na koniec", NULL},
    {"status", status_main, "", "Is every process ready? Exit code 0 only then",
     "Czy wszystkie usługi są gotowe? Kod wyjścia 0 tylko wtedy", json_option},
    {"doctor", doctor_main, "", "Look at everything an operator would ask about; exit code 1: a problem",
     "Sprawdź wszystko, o co zapytałby operator; kod wyjścia 1: jest problem", json_option},
    {"config", config_main, "", "The settings in force, and where each comes from",
     "Obowiązujące ustawienia i ich źródła", config_options},
    {"send", send_main, "COMMAND CATEGORY:ID [FIELD=VALUE...]",
     "Ask a department to record or decide something",
     "Poproś wydział o zapis lub decyzję", send_options},
    {"import", import_main, "FILE...", "Send the rows of registers and command files",
     "Wyślij wiersze rejestrów i plików poleceń", import_options},
    {"query", query_main, "VIEW", "Show a view, as it is now or as it was on any day",
     "Pokaż widok: obecny albo z dowolnego dnia", query_options},
    {"feed", feed_main, "", "Read the events from a position on",
     "Czytaj zdarzenia od podanej pozycji", feed_options},
    {"replay", replay_main, "[VIEW]", "Show the views as the log knew them then, or what changed",
     "Pokaż widoki według ówczesnej wiedzy albo to, co się zmieniło", replay_options},
    {"log stat", log_stat_main, "", "Size and health of the log", "Rozmiar i stan dziennika",
     json_option},
    {"log dump", log_dump_main, "", "All records as JSON lines",
     "Wszystkie wpisy jako wiersze JSON", log_dump_options},
    {"log verify", log_verify_main, "",
     "Recompute everything from the files; names the first bad position",
     "Przelicz wszystko z plików; wskazuje pierwszą błędną pozycję", log_verify_options},
    {"log checkpoint", log_checkpoint_main, "", "A signed head of the log (C2SP tlog-checkpoint)",
     "Podpisane poświadczenie dziennika (C2SP tlog-checkpoint)", NULL},
    {"log prove", log_prove_main, "[A [B]]", "A proof that others check without us",
     "Dowód, który inni sprawdzą bez nas", log_prove_options},
    {"log key", log_key_main, "", "The public key that checks signed heads (C2SP signed-note)",
     "Klucz publiczny do sprawdzania podpisanych głów (C2SP signed-note)", NULL},
    {"log backup", log_backup_main, "DIR", "Bring a copy of the log up to date, and verify it",
     "Uzupełnij kopię dziennika i sprawdź ją", json_option},
    {"log restore", log_restore_main, "DIR", "Make a new data directory from a backup",
     "Utwórz nowy katalog danych z kopii", log_restore_options},
    {"view list", view_list_main, "", "Views, their rows and checkpoints",
     "Widoki, liczba wierszy i pozycje", json_option},
    {"view rebuild", view_rebuild_main, "",
     "Fold the log again beside the live views, compare, switch",
     "Przelicz widoki obok bieżących, porównaj i podmień", json_option},
    {"view digest", view_digest_main, "[VIEW]", "Digests that an auditor's own replay must reach",
     "Skróty, które musi uzyskać audytor z własnego przeliczenia", json_option},
    {"view diff", view_diff_main, "BEFORE AFTER",
     "Compare two exports of the views row by row, before another version takes over",
     "Porównaj dwa eksporty widoków wiersz po wierszu przed zmianą wersji", json_option},
    {"schema list", schema_list_main, "", "Everything that can be said", "Wszystkie komunikaty",
     json_option},
    {"schema show", schema_show_main, "NAME", "One message: its fields, codes and who may say it",
     "Jeden komunikat: pola, kody i uprawnieni", json_option},
    {"schema export", schema_export_main, "",
     "All of them for other languages: JSON Schema, AsyncAPI, CDDL",
     "Wszystkie dla innych języków: JSON Schema, AsyncAPI, CDDL", schema_export_options},
    {"simulate", simulate_main, "", "Invent a register of households and its history",
     "Wygeneruj rejestr środowisk wraz z historią", simulate_options},
    {"figures", figures_main, "FILE", "Published figures beside what the system computes",
     "Liczby opublikowane obok obliczonych", figures_options},
    {"completion", completion_main, "bash", "Print a completion script for the shell",
     "Wypisz skrypt uzupełniania poleceń dla powłoki", NULL},
    {"help", help_main, "[COMMAND]", "This list, or the help of one command",
     "Ta lista albo pomoc do jednego polecenia", NULL},
};

const size_t cli_command_count = sizeof cli_commands / sizeof *cli_commands;
