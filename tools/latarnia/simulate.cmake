# Builds lines of the public facts into the program, so that `latarnia simulate` needs no files:
# array `NAME` of FILE's lines and its count, in C, into the build directory.
function(lat_embed_lines name file out)
  file(READ ${file} text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REGEX REPLACE "\n$" "" text "${text}")
  string(REPLACE "\n" "\",\n    \"" text "${text}")
  file(CONFIGURE OUTPUT ${out} @ONLY CONTENT "#include \"tools/latarnia/simulate_facts.h\"

const char *const ${name}[] = {
    \"${text}\",
};
const size_t ${name}_count = sizeof ${name} / sizeof *${name};
")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endfunction()

set(facts ${PROJECT_SOURCE_DIR}/tools/data/lodz)
lat_embed_lines(sim_buildings ${facts}/buildings.csv ${CMAKE_CURRENT_BINARY_DIR}/sim_buildings.c)
lat_embed_lines(sim_institutions ${facts}/institutions.csv
  ${CMAKE_CURRENT_BINARY_DIR}/sim_institutions.c)

# Import of files and the simulated history: also what their tests link.
add_library(lat_history STATIC
  simulate.c simulate_history.c simulate_time.c simulate_say.c simulate_start.c simulate_team.c
  simulate_homes.c simulate_moves.c simulate_offers.c simulate_going.c simulate_return.c
  simulate_blockers.c simulate_support.c simulate_plan.c simulate_visits.c
  simulate_debt.c simulate_relief.c simulate_network.c simulate_dzm.c simulate_families.c simulate_mistakes.c
  works.c import_registers.c import_rows.c import_csv.c import_entry.c command.c nearest.c moment.c
  ${CMAKE_CURRENT_BINARY_DIR}/sim_buildings.c ${CMAKE_CURRENT_BINARY_DIR}/sim_institutions.c)
target_link_libraries(lat_history PUBLIC lat_render PkgConfig::JANSSON PkgConfig::SODIUM)
