package Attacks;
use strict; use warnings; use Exporter 'import'; our @EXPORT = qw(test_attacks); sub test_attacks {} 1;
