summary = Lists the commands that you can run.

help-description = Show all commands that you can run here.

title = What I can do
group = **{ $name }**
nothing = There is no command that you can run here.

# Below the list, when it has more than one page.
button-first = <<
button-previous = <
button-here = { $page }/{ $pages }
button-next = >
button-last = >>
