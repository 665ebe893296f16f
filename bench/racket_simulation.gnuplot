# The plot of docs/reputation.md, out of the CSV of racket_simulation:
#
#   racket_simulation --csv simulation.csv
#   gnuplot -e "csv='simulation.csv'; svg='docs/simulation.svg'" bench/racket_simulation.gnuplot
#
# Needs gnuplot 5.4 (gnuplot-nox). Bars and points are means, whiskers the least and the most of the
# runs.
set terminal svg size 1000,940 dynamic font "sans-serif,13" background "white"
set output svg
set datafile separator comma
set style fill solid 1 noborder
set grid ytics lc rgb "#dddddd" back
set border 3
set tics nomirror out

array configuration[7] = ["exact listing", "exact + blocks", "exact + memory", "exact + reuse", \
  "exact + blocks + memory", "all", "all (reuse at any age)"]
array short[7] = ["exact listing", "+ blocks", "+ memory", "+ reuse", "+ blocks + memory", "all", \
  "all (any age)"]
array scenario[7] = ["base", "slow feed", "fast feed", "no rows", "large site", "small site", "plain mail"]

# A row's mean where it is the one asked for, else nothing.
mean(s, c, m) = strcol(1) eq s && strcol(2) eq c && strcol(3) eq m ? column(4) : NaN

set multiplot
set boxwidth 0.6
set xrange [0.4:7.6]
set xtics rotate by -35 left
do for [i = 1:7] { set xtics add (short[i] i) }

set size 0.5, 0.5
set origin 0, 0.5
set title "Scam mail caught, % (base)"
set yrange [0:100]
set key top left reverse Left samplen 1
plot for [i = 1:7] csv skip 1 using (i):(mean("base", configuration[i], "caught")) with boxes \
       lc rgb "#e8a33d" title i == 1 ? "tagged" : "", \
     for [i = 1:7] csv skip 1 using (i):(mean("base", configuration[i], "held")) with boxes \
       lc rgb "#a33b2a" title i == 1 ? "held" : "", \
     for [i = 1:7] csv skip 1 \
       using (i):(mean("base", configuration[i], "caught")*0+$5):(0):($6-$5) \
       with vectors nohead lc rgb "black" notitle

set origin 0.5, 0.5
set title "Honest mail tagged or held, of 100,000 (base)"
set logscale y
set yrange [1:20000]
unset key
plot for [i = 1:7] csv skip 1 \
       using (i):(mean("base", configuration[i], "false")) with points pt 7 ps 0.9 \
       lc rgb "#27618f" notitle, \
     for [i = 1:7] csv skip 1 \
       using (i):(mean("base", configuration[i], "false")*0+($5 < 1 ? 1 : $5)):(0):($6-($5 < 1 ? 1 : $5)) \
       with vectors nohead lc rgb "#27618f" lw 2 notitle

unset logscale y
set size 1, 0.5
set origin 0, 0
set title "Scam mail caught, %, when one thing is different"
set yrange [0:100]
set key outside bottom center horizontal Left reverse samplen 1 maxrows 1
set boxwidth 0.16
unset xtics
set xtics nomirror out
do for [i = 1:7] { set xtics add (scenario[i] i) }
array shown[5] = [1, 2, 5, 6, 8]
array colour[5] = ["#a33b2a", "#e8a33d", "#7a9a3a", "#27618f", "#888888"]
array name[5] = ["exact listing", "+ blocks", "+ blocks + memory", "all", "reuse alone"]
which(k) = k == 5 ? "reuse alone" : configuration[shown[k]]
plot for [k = 1:5] for [i = 1:7] csv skip 1 \
       using (i + (k - 3) * 0.17):(mean(scenario[i], which(k), "caught")) with boxes \
       lc rgb colour[k] title i == 1 ? name[k] : "", \
     for [k = 1:5] for [i = 1:7] csv skip 1 \
       using (i + (k - 3) * 0.17):(mean(scenario[i], which(k), "caught")*0+$5):(0):($6-$5) \
       with vectors nohead lc rgb "black" notitle
unset multiplot
