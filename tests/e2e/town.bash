# A small town on a running system: one unit, the programme's numbers, a coordinator, a guide, a
# household and its case. Every step waits for the one before it.
biuro=BIURO:team/BIURO
coord=COORD:team/K1
last=0

# tell COMMAND ...: must be accepted; keeps the position for the next one.
tell() {
  local answer
  answer=$(latarnia send "$@" --after "$last") || { echo "$* -> $answer" >&2; return 1; }
  last=$(jq .position <<<"$answer")
}

policy_fields=(
  version=1 in_force_from=2017-01-01 keeper_places=30 team_from=2017-01-01 zlm_from=2016-04-01
  stage_for_cases=2 case_reopen_months=12 review_days=90 screening_days=14 induction_days=14
  unassigned_days=3 vacancy_days=3 plan_goals=5 offers=3 offer_answer_days=14 notice_days=60
  voivode_days=30 appeal_days=14 enforcement_days=30 ssr_years=10 check_months_first=1
  check_months_second=6 room_area_per_person=1000 room_area_single=2000 instalments=48
  relief_months=1 warning_periods=3 warning_months=1 work_off_grosz_hour=1500
  partner_contact_days=90 info_request_days=7 effect_months=6 correction_days=14
  published_cell=5 "instrument=Zarządzenie 1")

found_town() {
  tell RegisterUnit Unit:team/BIURO role=BIURO --as "$biuro"
  tell RegisterUnit Unit:team/DIRECTOR role=DIRECTOR --as "$biuro"
  tell AdoptPolicySet PolicySet:policy/1 "${policy_fields[@]}" --as "$biuro" \
    --decider DIRECTOR --authority "Dyrektor/DR/1/2017/2017-01-02"
  tell HireWorker Worker:team/K1 role=COORD --as "$biuro"
  tell HireWorker Worker:team/LS1 role=LS stage=2 --as "$coord"
  tell FinishInduction Worker:team/LS1 stage=2 --as "$coord"
  open_case 1
}

open_case() { # N: household and case number N
  tell RegisterHousehold "Household:household/H$1" --as "$coord"
  tell AssessEligibility "Case:case/C$1" "household=household/H$1" programme=LODZ eligible=true \
    basis=client --as "$coord"
  tell OpenCase "Case:case/C$1" "household=household/H$1" programme=LODZ readiness=yes --as "$coord"
}
