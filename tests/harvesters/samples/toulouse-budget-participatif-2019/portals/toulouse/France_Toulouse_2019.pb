META
key;value
description;Municipal PB in Toulouse
country;France
unit;Toulouse
instance;2019
num_projects;2
budget;1000000
vote_type;approval
rule;greedy
date_begin;03.10.2019
date_end;31.10.2019
currency;EUR
PROJECTS
project_id;cost;votes;score;name;subunit;proposer;public_id
901;39000;47;109;Des bancs au bord du canal ! Assis, debout;PRADETTES;Une habitante;23
902;2000;28;41;Nichoirs;EMPALOT;Un habitant;8
