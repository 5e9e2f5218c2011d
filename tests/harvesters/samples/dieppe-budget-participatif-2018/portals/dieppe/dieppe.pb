META
key;value
description;PB Dieppe 2018
country;Canada
unit;Stanford Dataset
subunit;vote approvals
instance;PB Dieppe 2018
num_projects;2
date_begin;2018
currency;CAD
PROJECTS
project_id;cost;votes;category
901;45000;195;106
902;3000;13;103
