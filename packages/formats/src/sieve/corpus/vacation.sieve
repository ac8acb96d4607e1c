require ["vacation","relational","date"];
if allof(currentdate :value "ge" "date" "2026-10-01", currentdate :value "le" "date" "2026-10-08") {
  vacation :subject "假期" text:
我在休假。
..
.
  ;
}
