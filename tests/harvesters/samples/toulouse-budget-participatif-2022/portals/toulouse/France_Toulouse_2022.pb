META
key;value
description;Municipal PB in Toulouse
country;France
unit;Toulouse
instance;2022
num_projects;2
budget;1000000
vote_type;approval
rule;greedy
date_begin;03.10.2022
date_end;31.10.2022
currency;EUR
PROJECTS
project_id;cost;votes;name;category;district
901;4000.0;38;Un verger "partagé";Nature en ville;6 - Saint-Cyprien
902;75000.5;20;Une piste au soleil;Éco-mobilité;4 - Lapujade / Bonnefoy
