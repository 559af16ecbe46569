"""Gives the words that generated source code, terminal output and prose are made of."""

NOUNS = """
account action actor address adapter agent alias amount anchor answer archive argument array
artifact asset attempt attribute author backend backlog balance bank batch binding blob block body
bound branch bridge bucket budget buffer build bundle byte cache calendar callback candidate
capacity case catalog category chain change channel chapter character charge chart check child
chunk claim client clock cluster code column command comment commit component condition config
conflict connection constraint consumer contact container content context contract control copy
counter coupon course coverage credential cursor customer cycle daemon database date deadline
decision default delay delta deposit depth descriptor design detail device diagram dialect
dictionary digest directory discount disk document domain draft driver edge editor element email
encoder endpoint engine entity entry envelope environment epoch error estimate event example
exception exchange executor expense expression extension factory failure feature feed fetch field
figure file filter finder fixture flag floor flow folder footer format fragment frame frequency
function gateway generator goal graph grid group guard guest handle handler hash header health
history holder hook host hour icon identity image import incident index inode input instance
interval inventory invoice issue item iterator job journal key label language latency layer layout
leader leaf ledger legend length level library license limit line link list listener literal
loader location lock log lookup loop machine mail manifest map mapping margin marker market mask
match matrix measure medium member memory menu merge message meta method metric migration minute
mirror mode model module moment monitor month name network node note notice number object observer
offer offset operand operation operator option order origin output owner package packet page pair
parameter parent parser part partition password patch path pattern payload payment peer percent
period permission person phase phone picture pipeline place plan planner player plugin point
policy poll pool port position prefix presence price printer priority probe problem process
producer product profile program progress project promise property proposal protocol provider
proxy purchase quantity query question queue quota range rank rate ratio reader reason receipt
receiver recipe record recovery region registry relation release remainder render repeat replica
report repository request reservation resolver resource response rest result retry return review
revision reward role root rotation route router row rule runner sample scale schedule schema scope
score screen script search season seat section secret segment selector sender sensor sequence
series server service session setting shape shard share sheet shift shipment shop signal signature
site size sketch slice slot snapshot socket source span speed stack stage stamp standard state
statement statistic status step stock storage store strategy stream string style subject
subscription suffix summary supplier surface symbol table tag target task team template tenant
term text theme thread threshold ticket tile time timer title token tool topic total trace track
trade traffic transaction transfer transition tree trigger tuple type unit update upload user
value variant vector vendor version view visitor voice volume voucher wallet warehouse warning
watch week weight widget width window witness word worker workflow wrapper writer year zone
""".split()  # noqa: SIM905  # a thousand lines otherwise
VERBS = """
accept acquire add allocate apply append archive assert assign attach await begin bind build cache
cancel check choose claim clean clear close collect combine commit compare compile complete
compress compute configure confirm connect consume convert copy count create decode defer delete
deliver derive describe detach detect discard dispatch divide draw drop emit enable encode enqueue
ensure enter evaluate exclude execute expand expire export extend extract fail fetch fill filter
find finish flatten flush follow force format forward freeze gather generate get group handle hash
hide hold identify ignore import include increase index infer insert inspect install invoke join
keep launch limit link list load locate lock log lookup mark match measure merge migrate mount
move multiply normalize notify observe open order pack parse patch pause perform persist pick
place plan poll pop prepare print probe process produce promote prune publish pull purge push put
queue read rebuild receive record recover reduce refresh register reject release reload remove
rename render repair replace reply report request require reserve reset resize resolve restart
restore resume retain retry return reverse revoke rewrite rotate run sample save scan schedule
seal search select send serialize serve set settle share shift show shrink shut sign skip sort
split start stop store stream strip submit subscribe suspend swap switch sync tag take test
throttle track transfer transform trim trust try unlock unpack unregister update upgrade upload
use validate verify visit wait walk warn watch wrap write yield
""".split()  # noqa: SIM905  # a thousand lines otherwise
ADJECTIVES = """
absent active actual allowed ancient available bad basic best blank blocked bounded broken busy
cached cheap clean closed cold common compact complete concurrent conditional constant correct
current custom daily dead deep default delayed dirty distinct double dry duplicate dynamic eager
early empty encrypted equal exact exclusive expected explicit external extra fair fallback fast
final first fixed flat foreign former free fresh full general global greedy half hidden hot idle
implicit incoming incomplete initial inner internal invalid known large last late lazy leading
least legacy likely linear local lonely long loose lost main manual maximum mean minimum missing
mixed mutable narrow native near nested new next noisy null odd old only open optional outer
outgoing overdue own parallel partial past pending permanent plain possible previous primary
private public pure quick quiet random rare raw ready real recent recursive redundant related
relative reliable remote repeated required rough safe same secondary secure separate serial
shallow shared short signed silent similar simple single slow small soft sorted sparse spare
stable stale static steady strict strong stuck sudden temporary thin tight tiny top total trailing
transient true unique unknown unsafe unsorted unused upper urgent useful usual valid verbose
visible volatile warm weak whole wide wrong young
""".split()  # noqa: SIM905  # a thousand lines otherwise
GLUE = """
the a an of to in is are be was that it its for with on as at by from or and not but if then when
while which this these those there one two only once each every any all some more most than so
because before after until between into over under again without within also still yet never
always must may can should would will does do has have had no nothing other same such here what
who how since where both either neither just almost enough even rather instead later already
""".split()  # noqa: SIM905  # a thousand lines otherwise
