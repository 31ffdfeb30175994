package Modes;
use strict; use warnings; use Exporter 'import'; our @EXPORT = qw(test_modes); sub test_modes {} 1;
